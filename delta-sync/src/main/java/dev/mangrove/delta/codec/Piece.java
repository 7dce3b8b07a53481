package dev.mangrove.delta.codec;

/**
 * Consecutive elements of a tensor that are coded together.
 *
 * @param first index of the first element inside the tensor
 * @param count number of elements
 * @param columns elements of a row
 */
public record Piece(long first, int count, int columns) {
    /** Checks the ranges. */
    public Piece {
        if (first < 0 || count < 0 || columns < 1) {
            throw new IllegalArgumentException("piece " + first + " " + count + " " + columns);
        }
    }

    int columnOf(int element) {
        return (int) ((first + element) % columns);
    }

    /** Elements from {@code element} to the end of its row or of the piece. */
    int runFrom(int element) {
        return Math.min(columns - columnOf(element), count - element);
    }

    /** Row of an element, counted from the first row that the tensor has. */
    long rowOf(int element) {
        return (first + element) / columns;
    }
}
