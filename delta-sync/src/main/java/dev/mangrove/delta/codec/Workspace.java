package dev.mangrove.delta.codec;

/**
 * What {@link DifferenceModel#fill} needs between its steps. A model is shared by all segments of a tensor, which are
 * encoded side by side, so this is not the model's: each coder has one. One thread at a time.
 */
final class Workspace {
    // By the index that the elements have in the chunk: see the loops that use them.
    final int[] heights = new int[DifferenceDecoder.CHUNK];
    final int[] dots = new int[DifferenceDecoder.CHUNK];
    final int[] grid = new int[DifferenceDecoder.CHUNK];
    final float[] factor = new float[DifferenceDecoder.CHUNK];
    private int[] sums = {};

    /** An array of at least {@code columns} numbers, whatever is in them. */
    int[] sums(int columns) {
        if (sums.length < columns) {
            sums = new int[columns];
        }
        return sums;
    }
}
