package dev.mangrove.delta.codec;

/**
 * Finds the dominant row space of an update by randomised subspace iteration (N. Halko, P. G. Martinsson, J. A. Tropp,
 * "Finding structure with randomness", 2011) with a fixed seed.
 *
 * <p>Matrices are kept as arrays of rows or columns so that all inner loops run over long arrays without a reduction,
 * which the compiler turns into vector code.
 */
final class SketchFitter {
    private static final int POWER_STEPS = 2;
    private static final int OVERSAMPLING = 6;
    private static final int TILE = 16;

    private final float[][] rows;
    private final float[][] columns;
    private final int width;

    /** Takes the rows of the sample, already divided by their scales. */
    SketchFitter(float[][] rows, int width) {
        this.rows = rows;
        this.width = width;
        this.columns = transpose(rows, width);
    }

    /** The sample, transposed. */
    float[][] columns() {
        return columns;
    }

    /** Unit vectors of the row space, strongest first, and their singular values. */
    record Subspace(float[][] vectors, double[] strengths) {}

    /** The strongest {@code rank} directions, or fewer if the sample is smaller. */
    Subspace fit(int rank) {
        int size = Math.min(rank + OVERSAMPLING, Math.min(rows.length, width));
        float[][] right = random(size, width);
        float[][] left = new float[size][rows.length];
        for (int step = 0; step < POWER_STEPS; step++) {
            product(columns, right, left);
            orthonormalise(left);
            product(rows, left, right);
            if (step + 1 < POWER_STEPS) {
                orthonormalise(right);
            }
        }
        return rotate(right, Math.min(rank, size));
    }

    /** {@code out[j] = sum over i of weights[j][i] * lines[i]}, four lines at a time. */
    static void product(float[][] lines, float[][] weights, float[][] out) {
        int length = lines[0].length;
        for (float[] sum : out) {
            java.util.Arrays.fill(sum, 0);
        }
        int i = 0;
        for (; i + 3 < lines.length; i += 4) {
            for (int j = 0; j < out.length; j++) {
                float[] w = weights[j];
                addFour(out[j], lines[i], lines[i + 1], lines[i + 2], lines[i + 3], w, i, length);
            }
        }
        for (; i < lines.length; i++) {
            for (int j = 0; j < out.length; j++) {
                addOne(out[j], lines[i], weights[j][i], length);
            }
        }
    }

    private static void addFour(
            float[] sum, float[] a, float[] b, float[] c, float[] d, float[] weights, int at, int length) {
        float wa = weights[at];
        float wb = weights[at + 1];
        float wc = weights[at + 2];
        float wd = weights[at + 3];
        for (int k = 0; k < length; k++) {
            sum[k] += wa * a[k] + wb * b[k] + wc * c[k] + wd * d[k];
        }
    }

    private static void addOne(float[] sum, float[] a, float weight, int length) {
        for (int k = 0; k < length; k++) {
            sum[k] += weight * a[k];
        }
    }

    /** Modified Gram-Schmidt. */
    private static void orthonormalise(float[][] vectors) {
        for (int j = 0; j < vectors.length; j++) {
            for (int i = 0; i < j; i++) {
                addOne(vectors[j], vectors[i], (float) -dot(vectors[i], vectors[j]), vectors[j].length);
            }
            scale(vectors[j], 1 / Math.sqrt(Math.max(1e-30, dot(vectors[j], vectors[j]))));
        }
    }

    /** Turns the rows of B = Q'D into its right singular vectors by diagonalising BB'. */
    private static Subspace rotate(float[][] b, int rank) {
        int size = b.length;
        double[][] gram = new double[size][size];
        for (int i = 0; i < size; i++) {
            for (int j = i; j < size; j++) {
                gram[i][j] = dot(b[i], b[j]);
                gram[j][i] = gram[i][j];
            }
        }
        Eigen eigen = Eigen.of(gram);
        float[][] vectors = new float[rank][b[0].length];
        double[] strengths = new double[rank];
        for (int k = 0; k < rank; k++) {
            for (int i = 0; i < size; i++) {
                addOne(vectors[k], b[i], (float) eigen.vectors()[i][k], b[i].length);
            }
            strengths[k] = Math.sqrt(Math.max(0, eigen.values()[k]));
            scale(vectors[k], 1 / Math.max(1e-30, strengths[k]));
        }
        return new Subspace(vectors, strengths);
    }

    static double dot(float[] a, float[] b) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 3 < a.length; i += 4) {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
        }
        for (; i < a.length; i++) {
            s0 += a[i] * b[i];
        }
        return s0 + s1 + s2 + s3;
    }

    private static void scale(float[] vector, double by) {
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= (float) by;
        }
    }

    private static float[][] random(int count, int length) {
        java.util.SplittableRandom random = new java.util.SplittableRandom(20260101);
        float[][] vectors = new float[count][length];
        for (float[] vector : vectors) {
            for (int i = 0; i < length; i++) {
                vector[i] = (float) random.nextDouble(-1, 1);
            }
        }
        return vectors;
    }

    static float[][] transpose(float[][] rows, int width) {
        float[][] columns = new float[width][rows.length];
        // In tiles, so that neither side misses the cache on every element.
        for (int top = 0; top < rows.length; top += TILE) {
            for (int c = 0; c < width; c++) {
                float[] column = columns[c];
                for (int r = top; r < Math.min(top + TILE, rows.length); r++) {
                    column[r] = rows[r][c];
                }
            }
        }
        return columns;
    }
}
