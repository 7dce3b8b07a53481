package dev.mangrove.delta;

import dev.mangrove.delta.codec.ElementLayout;
import dev.mangrove.delta.codec.PairReader;
import dev.mangrove.delta.tensor.Tensor;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;

/** Judges predictions of a tensor on a few of its rows. */
final class AdapterSample {
    private static final int[] DENOMINATORS = {1, 2, 4, 8, 16, 3, 5, 6, 10, 12, 32, 64};

    private final ElementLayout layout;
    private final int columns;
    private final long rows;
    private final int sampled;

    AdapterSample(Tensor tensor, int sampled) {
        layout = tensor.type().layout().orElseThrow();
        columns = Math.toIntExact(tensor.rowUnits());
        rows = tensor.units() / columns;
        this.sampled = (int) Math.min(rows, sampled);
    }

    /** Numbers that a scale may have been before it was estimated: fractions of small denominators, then itself. */
    static Set<Float> roundScales(float estimate) {
        Set<Float> scales = new LinkedHashSet<>();
        for (int denominator : DENOMINATORS) {
            float rounded = Math.round(estimate * denominator) / (float) denominator;
            if (rounded != 0 && Math.abs(rounded - estimate) < 0.05f * Math.abs(estimate)) {
                scales.add(rounded);
            }
        }
        scales.add(estimate);
        return scales;
    }

    /** Least-squares scale of an adapter: {@code plain} predicts without it, {@code merged} with scale one. */
    float scale(PairReader plain, PairReader merged) throws IOException {
        double[] sums = new double[2];
        float[] base = new float[columns];
        for (int i = 0; i < sampled; i++) {
            read(plain, i, (p, w) -> System.arraycopy(p, 0, base, 0, columns));
            read(merged, i, (p, w) -> {
                for (int c = 0; c < columns; c++) {
                    sums[0] += (p[c] - base[c]) * (double) (w[c] - base[c]);
                    sums[1] += (p[c] - base[c]) * (double) (p[c] - base[c]);
                }
            });
        }
        return sums[1] == 0 ? 0 : (float) (sums[0] / sums[1]);
    }

    /** Share of the sample that a prediction gets right, bit for bit. */
    double exactShare(PairReader reader) throws IOException {
        long[] exact = new long[1];
        for (int i = 0; i < sampled; i++) {
            read(reader, i, (p, w) -> {
                for (int c = 0; c < columns; c++) {
                    exact[0] += p[c] == w[c] ? 1 : 0;
                }
            });
        }
        return (double) exact[0] / ((double) sampled * columns);
    }

    private interface Row {
        void take(float[] predicted, float[] wanted);
    }

    private void read(PairReader reader, int index, Row row) throws IOException {
        byte[] predicted = new byte[columns * layout.bytes()];
        byte[] wanted = new byte[predicted.length];
        reader.read(index * rows / sampled * columns, columns, predicted, wanted);
        row.take(values(predicted), values(wanted));
    }

    private float[] values(byte[] bytes) {
        int[] bits = new int[columns];
        layout.load(bytes, 0, bits, 0, columns);
        float[] values = new float[columns];
        layout.toFloats(bits, 0, columns, values, 0);
        return values;
    }
}
