package dev.mangrove.delta.tensor;

import dev.mangrove.oci.ByteRange;
import java.util.List;

/**
 * A tensor and where its bytes are.
 *
 * @param name name in the file; unique but for PyTorch storages
 * @param shape dimensions, slowest first; of blocks, for quantised types, in the last one; may be empty if not known
 * @param range its bytes in the file
 */
public record Tensor(String name, ElementType type, List<Long> shape, ByteRange range) {
    /** Checks nothing but copies. */
    public Tensor {
        shape = List.copyOf(shape);
    }

    /** Units (elements or blocks) in the tensor. */
    public long units() {
        return range.length() / type.unitBytes();
    }

    /** Units of one row: the product of all dimensions but the first, or everything for vectors and unknown shapes. */
    public long rowUnits() {
        long units = Math.max(1, units());
        if (shape.size() < 2 || shape.getFirst() <= 0 || units % shape.getFirst() != 0) {
            return units;
        }
        return units / shape.getFirst();
    }
}
