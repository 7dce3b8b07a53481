package dev.mangrove.delta.format;

import dev.mangrove.delta.codec.ElementLayout;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.delta.tensor.ElementType;
import java.io.IOException;
import java.util.List;

/**
 * Merges a low-rank adapter into weights with a defined order of summation, so that every machine gets the same bits:
 * for each element {@code s = 0; for j = 0 .. rank - 1: s = s + B[r][j] * A[j][c]}, every operation rounded to fp32 and
 * none fused, then {@code w + scale * s} in fp32, then rounded to nearest even to the type of the weights.
 */
final class AdapterMerge {
    private final Prediction.Adapted adapted;
    private final Region region;
    private final ElementType adapterType;
    private final float[][] down;
    private final ByteSource up;

    AdapterMerge(Prediction.Adapted adapted, Region region, List<ByteSource> bases) throws IOException {
        this.adapted = adapted;
        this.region = region;
        this.adapterType = ElementType.ofCode(adapted.adapterType()).orElseThrow();
        this.up = bases.get(adapted.up().base());
        int columns = region.columns();
        down = new float[adapted.rank()][];
        for (int j = 0; j < down.length; j++) {
            long offset = adapted.down().offset() + (long) j * columns * adapterType.unitBytes();
            down[j] = floats(bases.get(adapted.down().base()), offset, columns);
        }
    }

    /** Merges the whole elements of a piece, in place. */
    void apply(Cut cut, byte[] bytes) throws IOException {
        int columns = region.columns();
        int size = region.type().unitBytes();
        ElementLayout layout = region.type().layout().orElseThrow();
        float[] sums = new float[columns];
        int[] bits = new int[columns];
        for (int done = 0; done < cut.units(); ) {
            long element = cut.firstUnit() + done;
            int column = (int) (element % columns);
            int run = Math.min(columns - column, cut.units() - done);
            sum(element / columns, column, run, sums);
            int at = cut.head() + done * size;
            layout.load(bytes, at, bits, 0, run);
            for (int i = 0; i < run; i++) {
                bits[i] = toBits(toFloat(bits[i]) + adapted.scale() * sums[i]);
            }
            layout.store(bits, 0, bytes, at, run);
            done += run;
        }
    }

    private void sum(long row, int column, int count, float[] sums) throws IOException {
        int rank = adapted.rank();
        float[] left = floats(up, adapted.up().offset() + row * rank * adapterType.unitBytes(), rank);
        java.util.Arrays.fill(sums, 0, count, 0);
        for (int j = 0; j < rank; j++) {
            float weight = left[j];
            float[] line = down[j];
            for (int i = 0; i < count; i++) {
                sums[i] = sums[i] + weight * line[column + i];
            }
        }
    }

    private float[] floats(ByteSource source, long offset, int count) throws IOException {
        byte[] bytes = new byte[count * adapterType.unitBytes()];
        source.read(offset, bytes, 0, bytes.length);
        int[] bits = new int[count];
        adapterType.layout().orElseThrow().load(bytes, 0, bits, 0, count);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = toFloat(adapterType, bits[i]);
        }
        return values;
    }

    private float toFloat(int bits) {
        return toFloat(region.type(), bits);
    }

    private static float toFloat(ElementType type, int bits) {
        return switch (type) {
            case BF16 -> Float.intBitsToFloat(bits << 16);
            case F16 -> Float.float16ToFloat((short) bits);
            default -> Float.intBitsToFloat(bits);
        };
    }

    private int toBits(float value) {
        return switch (region.type()) {
            case BF16 -> {
                int bits = Float.floatToRawIntBits(value);
                yield (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
            }
            case F16 -> Float.floatToFloat16(value) & 0xffff;
            default -> Float.floatToRawIntBits(value);
        };
    }
}
