package dev.mangrove.delta.codec;

/**
 * What the encoder has found out about the rows of a tensor.
 *
 * @param classes class of every row, or -1 for a row that did not change; empty if the mode sends none
 * @param left U, row by row; empty without a sketch
 */
public record RowFacts(short[] classes, byte[] left) {
    /** Nothing known: one class for all rows and no sketch. */
    public static final RowFacts NONE = new RowFacts(new short[0], new byte[0]);

    boolean isTouched(int row) {
        return classes[row] >= 0;
    }

    int classOf(int row) {
        return classes[row];
    }

    void copyLeft(int row, int rank, int[] into) {
        for (int j = 0; j < rank; j++) {
            into[j] = left[row * rank + j];
        }
    }
}
