package dev.mangrove.catalog.training;

import java.util.SplittableRandom;

/** One trained array with what AdamW remembers of it (Loshchilov and Hutter, "Decoupled Weight Decay Regularization"). */
final class Weights {
    private static final float BETA_1 = 0.9f;
    private static final float BETA_2 = 0.999f;
    private static final float EPSILON = 1e-8f;
    private static final float DECAY = 0.01f;

    final String name;
    final int rows;
    final int columns;
    final float[] values;
    final float[] gradient;
    private final float[] mean;
    private final float[] square;

    Weights(String name, int rows, int columns) {
        this.name = name;
        this.rows = rows;
        this.columns = columns;
        this.values = new float[rows * columns];
        this.gradient = new float[values.length];
        this.mean = new float[values.length];
        this.square = new float[values.length];
    }

    Weights random(SplittableRandom random, double deviation) {
        for (int i = 0; i < values.length; i++) {
            // the sum of uniform numbers, because a library's Gaussian may differ between its versions
            double sum = -6;
            for (int j = 0; j < 12; j++) {
                sum += random.nextDouble();
            }
            values[i] = (float) (sum * deviation);
        }
        return this;
    }

    /** One step against the gradient, which is then zero again; {@code step} counts from 1. */
    void update(float learningRate, int step) {
        float correction1 = (float) (1 - StrictMath.pow(BETA_1, step));
        float correction2 = (float) (1 - StrictMath.pow(BETA_2, step));
        for (int i = 0; i < values.length; i++) {
            float g = gradient[i];
            mean[i] = BETA_1 * mean[i] + (1 - BETA_1) * g;
            square[i] = BETA_2 * square[i] + (1 - BETA_2) * g * g;
            float root = (float) Math.sqrt(square[i] / correction2); // exact by IEEE 754
            values[i] -= learningRate * (mean[i] / correction1 / (root + EPSILON) + DECAY * values[i]);
            gradient[i] = 0;
        }
    }

    /** Forgets what was remembered: a new training begins. */
    void restart() {
        java.util.Arrays.fill(mean, 0);
        java.util.Arrays.fill(square, 0);
    }
}
