package dev.mangrove.delta.tensor;

import dev.mangrove.oci.ByteRange;
import java.util.ArrayList;
import java.util.List;

/** Makes what a header claims about a tensor agree with the bytes it has. */
final class Shapes {
    static final int MAX_DIMENSIONS = 32;

    private Shapes() {}

    /** A tensor of that type, or an opaque one if the shape and the number of bytes contradict each other. */
    static Tensor fitted(String name, ElementType type, List<Long> shape, ByteRange range) {
        List<Long> units = type.isBlock() ? blocks(type, shape) : shape;
        if (product(units) * type.unitBytes() == range.length()) {
            return new Tensor(name, type, units, range);
        }
        return new Tensor(name, ElementType.OPAQUE, List.of(), range);
    }

    /** The last dimension of a block tensor counts bytes of one block here (1 block). */
    private static List<Long> blocks(ElementType type, List<Long> shape) {
        List<Long> units = new ArrayList<>(shape);
        long last = units.removeLast();
        units.add(last == type.unitBytes() ? 1 : last / ElementType.BLOCK_WEIGHTS);
        return units;
    }

    private static long product(List<Long> shape) {
        long product = 1;
        for (long dimension : shape) {
            if (dimension < 0 || (dimension > 0 && product > (1L << 50) / dimension)) {
                return -1;
            }
            product *= dimension;
        }
        return product;
    }
}
