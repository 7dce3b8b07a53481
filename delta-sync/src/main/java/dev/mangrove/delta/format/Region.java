package dev.mangrove.delta.format;

import dev.mangrove.delta.tensor.ElementType;
import dev.mangrove.oci.ByteRange;
import java.util.Optional;

/**
 * Consecutive bytes of the target that are of one kind: a tensor, a part of one, or what lies between.
 *
 * @param name of the tensor, or empty
 * @param range in the target
 * @param columns units in a row
 */
public record Region(
        String name,
        ByteRange range,
        ElementType type,
        int columns,
        Prediction prediction,
        Optional<Difference> difference) {
    /** Longest row. */
    public static final int MAX_COLUMNS = 1 << 24;

    /** Checksum the row length. */
    public Region {
        if (columns < 1 || columns > MAX_COLUMNS || range.length() < 1) {
            throw new IllegalArgumentException("region of rows of " + columns);
        }
    }

    /** Whether the prediction has one byte for each of the region's. */
    public boolean isAligned() {
        return prediction instanceof Prediction.Span || prediction instanceof Prediction.Adapted;
    }

    /** The same region with elements of another type. */
    public Region withType(ElementType other) {
        return new Region(name, range, other, columns, prediction, difference);
    }

    /** The same region with a model. */
    public Region withDifference(Difference model) {
        return new Region(name, range, type, columns, prediction, Optional.of(model));
    }
}
