package dev.mangrove.delta.codec;

import org.jspecify.annotations.Nullable;

/**
 * How the differences of one tensor are modelled: every element gets a context and a prediction from what the decoder
 * already has, that is the base, the scale of the row and the sketch of the update.
 *
 * <p>The scale of a row is a class: twice the log2 of its mean change, in the units of {@link ElementLayout#exponent}.
 * {@code h = class - 2 exponent(base)} is then twice the log2 of the change to expect, in units of the element's last
 * place, and decides the context.
 */
public final class DifferenceModel {
    /** Classes are 0 to this. */
    public static final int MAX_CLASS = 640;

    static final int PLAIN_LEVELS = 32;
    static final int SKETCH_LEVELS = 26;
    static final int PREDICTION_LEVELS = 18;
    static final int BASE_LEVELS = 8;

    private static final int CENTRE = 640;
    private static final float SQRT2 = 1.4142135f;
    private static final int GRID = 64;
    private static final float[] PREDICTION_BOUNDS = {
        .03f, .06f, .1f, .15f, .22f, .3f, .4f, .5f, .62f, .75f, .9f, 1.1f, 1.4f, 1.8f, 2.6f, 4.5f, 12f
    };
    private static final byte[] PREDICTION_LEVEL = predictionLevels();
    private static final int LAST_LEVEL = PREDICTION_LEVEL.length - 1;

    /** A model for regions that have no differences. */
    public static final DifferenceModel NONE = new DifferenceModel(new ElementLayout(8, 0, true), null);

    private final ElementLayout layout;
    private final @Nullable Sketch sketch;
    private final byte[] levels = new byte[2 * CENTRE + 1];
    private final float[] factors;
    private final float largestFactor;
    private final int largestPrediction;

    /** A model of elements, with or without a sketch. */
    public DifferenceModel(ElementLayout layout, @Nullable Sketch sketch) {
        this.layout = layout;
        this.sketch = sketch;
        this.largestPrediction = layout.width() == 32 ? 1 << 30 : (1 << layout.width()) - 1;
        int count = sketch == null ? PLAIN_LEVELS : SKETCH_LEVELS;
        int shift = levelShift();
        for (int h = -CENTRE; h <= CENTRE; h++) {
            levels[h + CENTRE] = (byte) Math.clamp((h >> 1) + shift, 0, count - 1);
        }
        factors = new float[sketch == null ? 0 : levels.length];
        float scale = sketch == null ? 0 : sketch.scale();
        largestFactor = Math.abs(scale);
        for (int i = 0; i < factors.length; i++) {
            int h = i - CENTRE;
            float half = (h & 1) == 0 ? scale : scale * SQRT2;
            factors[i] = Math.scalb(half, h >> 1);
        }
    }

    /** Level of an expected change of one unit in the last place. */
    private int levelShift() {
        int base = sketch == null ? 16 : 12;
        return layout.isFloat() ? base - (layout.mantissaBits() - 7) : base;
    }

    /** The elements' layout. */
    public ElementLayout layout() {
        return layout;
    }

    /** The sketch, if the model has one. */
    public @Nullable Sketch sketch() {
        return sketch;
    }

    /** Number of contexts. */
    public int contexts() {
        return contexts(layout, sketch != null);
    }

    /** Number of contexts of such a model. */
    public static int contexts(ElementLayout layout, boolean sketched) {
        if (sketched) {
            return SKETCH_LEVELS * PREDICTION_LEVELS;
        }
        return layout.isFloat() ? PLAIN_LEVELS : PLAIN_LEVELS * BASE_LEVELS;
    }

    /**
     * Contexts and predictions of neighbouring elements of one row.
     *
     * @param bits the base's elements from {@code at} on
     * @param rowClass the row's scale
     * @param work the caller's own: the model may be used by several threads
     * @param left the row's part of the sketch, U; unused without a sketch
     * @param column the column of the first element
     * @param contexts receives the contexts
     * @param predictions receives the rounded magnitude of the prediction times two, plus one if it is negative
     */
    void fill(
            int[] bits,
            int at,
            int count,
            int rowClass,
            Workspace work,
            int[] left,
            int column,
            int[] contexts,
            int[] predictions) {
        if (sketch != null) {
            int[] sums = work.sums(sketch.width());
            dot(sketch, sums, left, column, count);
            fillSketched(bits, at, count, rowClass, work, sums, column, contexts, predictions);
        } else if (layout.isFloat()) {
            fillPlain(bits, at, count, rowClass, contexts, predictions);
        } else {
            fillInteger(bits, at, count, rowClass, contexts, predictions);
        }
    }

    /** The table of levels as arithmetic, so that the compiler makes vector code of it. */
    private void fillPlain(int[] bits, int at, int count, int rowClass, int[] contexts, int[] predictions) {
        int level = ((rowClass - 2 * ElementLayout.EXPONENT_BIAS) >> 1) + levelShift();
        int mantissa = layout.mantissaBits() & 31;
        int mask = (1 << layout.exponentBits()) - 1;
        for (int i = at; i < at + count; i++) {
            int exponent = Math.max(1, (bits[i] >>> mantissa) & mask);
            contexts[i] = Math.max(0, Math.min(PLAIN_LEVELS - 1, level - exponent));
        }
        java.util.Arrays.fill(predictions, at, at + count, 0);
    }

    private void fillInteger(int[] bits, int at, int count, int rowClass, int[] contexts, int[] predictions) {
        int level = levels[rowClass + CENTRE - 2 * ElementLayout.EXPONENT_BIAS] * BASE_LEVELS;
        int unsign = 32 - layout.width();
        for (int i = at; i < at + count; i++) {
            int magnitude = layout.signed() ? Math.abs(bits[i] << unsign >> unsign) : bits[i];
            contexts[i] = level + Math.min(BASE_LEVELS - 1, magnitude >>> (layout.width() - 4));
            predictions[i] = 0;
        }
    }

    private void fillSketched(
            int[] bits,
            int at,
            int count,
            int rowClass,
            Workspace work,
            int[] sums,
            int column,
            int[] contexts,
            int[] predictions) {
        int start = rowClass + CENTRE - 2 * ElementLayout.EXPONENT_BIAS;
        int to = at + count;
        System.arraycopy(sums, column, work.dots, at, count);
        heights(bits, at, to, start, work.heights, contexts);
        look(factors, at, to, work.heights, work.factor);
        predict(at, to, work.dots, work.factor, work.grid, predictions);
        join(at, to, work.grid, contexts);
    }

    private static void look(float[] factors, int from, int to, int[] heights, float[] factor) {
        for (int i = from; i < to; i++) {
            factor[i] = factors[heights[i]];
        }
    }

    private static void join(int from, int to, int[] grid, int[] contexts) {
        for (int i = from; i < to; i++) {
            contexts[i] = contexts[i] * PREDICTION_LEVELS + PREDICTION_LEVEL[grid[i]];
        }
    }

    // Arithmetic alone, one index, no table: the compiler makes vector code of what follows.

    /** What change the base lets expect, and of the contexts the part that follows from it. */
    private void heights(int[] bits, int from, int to, int start, int[] heights, int[] contexts) {
        int mantissa = layout.mantissaBits() & 31;
        int mask = (1 << layout.exponentBits()) - 1;
        int least = mask == 0 ? 0 : 1;
        int level = ((start - CENTRE) >> 1) + levelShift();
        for (int i = from; i < to; i++) {
            int exponent = Math.max(least, (bits[i] >>> mantissa) & mask);
            heights[i] = start - (exponent << 1);
            contexts[i] = Math.max(0, Math.min(SKETCH_LEVELS - 1, level - exponent));
        }
    }

    private void predict(int from, int to, int[] dots, float[] factor, int[] grid, int[] predicted) {
        int largest = largestPrediction;
        float most = largestFactor;
        for (int i = from; i < to; i++) {
            float magnitude = Math.abs((float) dots[i]);
            grid[i] = Math.min(LAST_LEVEL, (int) (magnitude * (GRID * Math.min(Math.abs(factor[i]), most))));
            predicted[i] = Math.min(largest, (int) (magnitude * factor[i] + 0.5f)) << 1 | (dots[i] >>> 31);
        }
    }

    /**
     * Integer dot products of one row of U with consecutive columns of V, four components at a time. All arrays have
     * the same index, without which the compiler makes no vector code of the loops.
     */
    private static void dot(Sketch sketch, int[] sums, int[] left, int from, int count) {
        int to = from + count;
        java.util.Arrays.fill(sums, from, to, 0);
        int[] weights = sketch.weights();
        int[][] v = sketch.columns();
        int j = 0;
        for (; j + 3 < weights.length; j += 4) {
            addFour(
                    sums,
                    from,
                    to,
                    new int[] {
                        left[j] * weights[j],
                        left[j + 1] * weights[j + 1],
                        left[j + 2] * weights[j + 2],
                        left[j + 3] * weights[j + 3]
                    },
                    v[j],
                    v[j + 1],
                    v[j + 2],
                    v[j + 3]);
        }
        for (; j < weights.length; j++) {
            addOne(sums, from, to, left[j] * weights[j], v[j]);
        }
    }

    private static void addFour(int[] sum, int from, int to, int[] weights, int[] va, int[] vb, int[] vc, int[] vd) {
        int a = weights[0];
        int b = weights[1];
        int c = weights[2];
        int d = weights[3];
        for (int i = from; i < to; i++) {
            sum[i] += a * va[i] + b * vb[i] + c * vc[i] + d * vd[i];
        }
    }

    private static void addOne(int[] sum, int from, int to, int weight, int[] v) {
        for (int i = from; i < to; i++) {
            sum[i] += weight * v[i];
        }
    }

    private static byte[] predictionLevels() {
        byte[] table = new byte[(int) (PREDICTION_BOUNDS[PREDICTION_BOUNDS.length - 1] * GRID) + 1];
        for (int i = 0; i < table.length; i++) {
            int level = 0;
            while (level < PREDICTION_BOUNDS.length && i >= Math.round(PREDICTION_BOUNDS[level] * GRID)) {
                level++;
            }
            table[i] = (byte) level;
        }
        return table;
    }
}
