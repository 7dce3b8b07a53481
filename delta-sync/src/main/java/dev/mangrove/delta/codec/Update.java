package dev.mangrove.delta.codec;

/**
 * How the update of a tensor is best coded, and what that needs.
 *
 * @param contexts contexts of its tables
 * @param symbols symbols of its tables
 * @param histogram symbols of the whole tensor by context, for making tables; empty if nothing changed
 * @param estimatedBits size without tables
 */
public record Update(
        DifferenceModel model,
        RowScales scales,
        RowFacts facts,
        int contexts,
        int symbols,
        int[] histogram,
        double estimatedBits) {
    static Update of(DifferenceModel model, RowScales scales, RowFacts facts, int[] histogram, double estimatedBits) {
        return new Update(model, scales, facts, model.contexts(), model.layout().symbols(), histogram, estimatedBits);
    }

    /** Whether base and target are the same. */
    public boolean isIdentity() {
        return histogram.length == 0;
    }

    /** Contexts and symbols of the tables, in one number: tables can be shared between equal shapes. */
    public int tableShape() {
        return contexts << 8 | symbols;
    }
}
