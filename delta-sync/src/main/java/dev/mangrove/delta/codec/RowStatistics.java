package dev.mangrove.delta.codec;

import java.io.IOException;
import java.util.Arrays;

/** The scale of every row of an update. */
final class RowStatistics {
    /** Elements read at a time. */
    static final int CHUNK = 1 << 16;

    private final ElementLayout layout;
    private final int columns;
    private final double[] sums;
    private final short[] classes;
    private int touched;

    RowStatistics(ElementLayout layout, int columns, long count, PairReader reader) throws IOException {
        this.layout = layout;
        this.columns = columns;
        int rows = Math.toIntExact(Math.ceilDiv(count, columns));
        sums = new double[rows];
        classes = new short[rows];
        Arrays.fill(classes, (short) -1);
        scan(count, reader);
        classify(count);
    }

    private void scan(long count, PairReader reader) throws IOException {
        byte[] base = new byte[CHUNK * layout.bytes()];
        byte[] target = new byte[base.length];
        int[] bits = new int[CHUNK];
        float[] old = new float[CHUNK];
        float[] now = new float[CHUNK];
        for (long first = 0; first < count; first += CHUNK) {
            int part = (int) Math.min(CHUNK, count - first);
            reader.read(first, part, base, target);
            layout.load(base, 0, bits, 0, part);
            layout.toFloats(bits, 0, part, old, 0);
            layout.load(target, 0, bits, 0, part);
            layout.toFloats(bits, 0, part, now, 0);
            addRows(first, part, base, target, old, now);
        }
    }

    private void addRows(long first, int count, byte[] base, byte[] target, float[] old, float[] now) {
        int size = layout.bytes();
        Piece piece = new Piece(first, count, columns);
        for (int at = 0; at < count; ) {
            int run = piece.runFrom(at);
            int from = at * size;
            if (Arrays.mismatch(base, from, from + run * size, target, from, from + run * size) >= 0) {
                int row = (int) piece.rowOf(at);
                sums[row] += absoluteSum(now, old, at, at + run);
                classes[row] = 0;
            }
            at += run;
        }
    }

    /** Sum of absolute differences; four sums, so that an addition need not wait for the one before. */
    private static double absoluteSum(float[] a, float[] b, int from, int to) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = from;
        for (; i + 3 < to; i += 4) {
            s0 += Math.abs(a[i] - b[i]);
            s1 += Math.abs(a[i + 1] - b[i + 1]);
            s2 += Math.abs(a[i + 2] - b[i + 2]);
            s3 += Math.abs(a[i + 3] - b[i + 3]);
        }
        for (; i < to; i++) {
            s0 += Math.abs(a[i] - b[i]);
        }
        return s0 + s1 + s2 + s3;
    }

    private void classify(long count) {
        for (int row = 0; row < classes.length; row++) {
            if (classes[row] == 0) {
                touched++;
                long width = Math.min(columns, count - (long) row * columns);
                classes[row] = (short) classOf(sums[row] / width);
            }
        }
    }

    private int classOf(double mean) {
        if (!(mean > 0)) {
            return 0;
        }
        double log2 = Math.log(mean) / Math.log(2) + layout.unitLog2();
        return Math.clamp(Math.round(2 * log2), 0, DifferenceModel.MAX_CLASS);
    }

    /** Class of every row, -1 where nothing changed. */
    short[] classes() {
        return classes;
    }

    int touchedRows() {
        return touched;
    }

    /** The class of the mean over all rows. */
    int meanClass() {
        return classOf(Arrays.stream(sums).sum() / ((double) sums.length * columns));
    }

    /** Bits of the row headers, from really coding them. */
    double headerBits(RowScales scales) {
        RowCode code = new RowCode(scales);
        BinaryEncoder out = new BinaryEncoder();
        for (short rowClass : classes) {
            code.encodeTouched(out, rowClass >= 0);
            if (rowClass >= 0) {
                code.encodeClass(out, rowClass);
            }
        }
        return 8.0 * out.finish().length;
    }
}
