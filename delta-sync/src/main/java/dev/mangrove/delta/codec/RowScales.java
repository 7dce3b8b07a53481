package dev.mangrove.delta.codec;

/**
 * Where the scales of a tensor's rows come from.
 *
 * @param coded whether every row sends its class; otherwise all rows have {@code start} and none is untouched
 * @param start the class of all rows, or the guess for the first
 */
public record RowScales(boolean coded, int start) {
    /** Checks the range of the class. */
    public RowScales {
        if (start < 0 || start > DifferenceModel.MAX_CLASS) {
            throw new IllegalArgumentException("row class " + start);
        }
    }
}
