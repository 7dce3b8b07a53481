package dev.mangrove.delta.codec;

/**
 * How the update of a tensor is best coded, and what that needs.
 *
 * @param histogram symbols of the whole tensor by context, for making tables; empty if nothing changed
 * @param estimatedBits size without tables
 */
public record Update(DifferenceModel model, RowScales scales, RowFacts facts, int[] histogram, double estimatedBits) {
    /** Whether base and target are the same. */
    public boolean isIdentity() {
        return histogram.length == 0;
    }

    /** Contexts and symbols of the tables, in one number: tables can be shared between equal shapes. */
    public int tableShape() {
        return model.contexts() << 8 | model.layout().symbols();
    }
}
