package dev.mangrove.delta.codec;

/**
 * What {@link DifferenceModel#fill} needs between its steps. A model is shared by all segments of a tensor, which are
 * encoded side by side, so this is not the model's: each coder has one. One thread at a time.
 */
final class Workspace {
    /** Elements that go through the stages of a prediction together: what is between them stays in the first cache. */
    static final int STEP = 512;

    final int[] heights = new int[STEP];
    final int[] dots = new int[STEP];
    final int[] grid = new int[STEP];
    final int[] predicted = new int[STEP];
    final float[] factor = new float[STEP];
    final float[] ratio = new float[STEP];
    private int[] sums = {};

    /** An array of at least {@code columns} numbers, whatever is in them. */
    int[] sums(int columns) {
        if (sums.length < columns) {
            sums = new int[columns];
        }
        return sums;
    }
}
