package dev.mangrove.delta.format;

import dev.mangrove.delta.codec.RowScales;

/**
 * The model of a region whose pieces use {@link Mode#DIFFERENCE}.
 *
 * @param table index of its frequency tables
 * @param rank components of its sketch, 0 if it has none
 * @param sketchBytes length of the sketch's record in the body
 */
public record Difference(int table, RowScales scales, int rank, int sketchBytes) {
    /** Checksum that a sketch comes with row classes. */
    public Difference {
        if (rank > 0 && !scales.coded()) {
            throw new IllegalArgumentException("a sketch needs coded rows");
        }
    }
}
