package dev.mangrove.delta.codec;

/**
 * Quantises a row space into a {@link Sketch} of some rank, and rows into their coordinates.
 *
 * <p>Both factors take the root of the singular value and are quantised, component by component, at a fraction of their
 * standard deviation.
 */
final class SketchBuilder {
    private static final float STEPS_PER_DEVIATION = 4;

    private final SketchFitter.Subspace space;
    private final float[] leftSteps;
    private final float[] rightSteps;

    SketchBuilder(SketchFitter.Subspace space, int sampleRows) {
        this.space = space;
        int rank = space.vectors().length;
        leftSteps = new float[rank];
        rightSteps = new float[rank];
        int width = space.vectors()[0].length;
        for (int j = 0; j < rank; j++) {
            double root = Math.sqrt(Math.max(1e-30, space.strengths()[j]));
            leftSteps[j] = (float) (root / Math.sqrt(sampleRows)) / STEPS_PER_DEVIATION;
            rightSteps[j] = (float) (root / Math.sqrt(width)) / STEPS_PER_DEVIATION;
        }
    }

    int maxRank() {
        return leftSteps.length;
    }

    /** The strongest {@code rank} components. */
    Sketch sketch(int rank) {
        float largest = 0;
        for (int j = 0; j < rank; j++) {
            largest = Math.max(largest, leftSteps[j] * rightSteps[j]);
        }
        int[] weights = new int[rank];
        int[][] columns = new int[rank][];
        for (int j = 0; j < rank; j++) {
            weights[j] = Math.max(1, Math.round(1024 * (leftSteps[j] * rightSteps[j] / largest)));
            columns[j] = quantised(space.vectors()[j], Math.sqrt(space.strengths()[j]) / rightSteps[j]);
        }
        return new Sketch(largest / 1024, weights, columns);
    }

    /**
     * Coordinates of rows that are already divided by their scales, by component, then row.
     *
     * @param columns the rows, transposed
     */
    byte[][] project(float[][] columns, int rank) {
        float[][] sums = new float[rank][columns[0].length];
        SketchFitter.product(columns, space.vectors(), sums);
        byte[][] left = new byte[rank][columns[0].length];
        for (int j = 0; j < rank; j++) {
            double factor = 1 / Math.sqrt(Math.max(1e-30, space.strengths()[j])) / leftSteps[j];
            for (int r = 0; r < sums[j].length; r++) {
                left[j][r] = (byte) clamp(sums[j][r] * factor);
            }
        }
        return left;
    }

    private static int[] quantised(float[] vector, double factor) {
        int[] entries = new int[vector.length];
        for (int c = 0; c < vector.length; c++) {
            entries[c] = clamp(vector[c] * factor);
        }
        return entries;
    }

    private static int clamp(double value) {
        return Math.clamp(Math.round(value), Sketch.LOWEST, Sketch.HIGHEST);
    }
}
