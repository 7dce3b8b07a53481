package dev.mangrove.delta;

import dev.mangrove.delta.codec.DifferenceModel;
import dev.mangrove.delta.codec.RowFacts;
import dev.mangrove.delta.codec.Sketch;
import dev.mangrove.delta.codec.SymbolTables;
import dev.mangrove.delta.codec.Update;
import dev.mangrove.delta.format.Difference;
import dev.mangrove.delta.format.Mode;
import dev.mangrove.delta.format.Region;
import dev.mangrove.delta.format.SegmentEncoder;
import java.util.Optional;

/**
 * A region and what the encoder found out about it.
 *
 * @param preferred the mode of its pieces, as far as it fits
 */
record PlannedRegion(Region region, Mode preferred, Optional<Update> update) {
    private static final byte[] NO_SKETCH = {};

    /** The update, if tables have to be made for it. */
    Optional<Update> changed() {
        return preferred == Mode.DIFFERENCE ? update.filter(u -> !u.isIdentity()) : Optional.empty();
    }

    /** What the segment encoder needs, once tables are assigned. */
    SegmentEncoder.Coding coding(TableAssignment tables) {
        Optional<Update> changed = changed();
        if (changed.isEmpty()) {
            // All is as predicted, but for elements that two segments share where an adapter was merged.
            Mode mode = preferred == Mode.DIFFERENCE ? Mode.PLANES : preferred;
            return new SegmentEncoder.Coding(
                    region, mode, DifferenceModel.NONE, SymbolTables.EMPTY, RowFacts.NONE, NO_SKETCH);
        }
        Update change = changed.get();
        Sketch sketch = change.model().sketch();
        byte[] sketchBytes = sketch == null ? NO_SKETCH : sketch.encode();
        int table = tables.indexOf(change);
        int rank = sketch == null ? 0 : sketch.rank();
        Difference difference = new Difference(table, change.scales(), rank, sketchBytes.length);
        return new SegmentEncoder.Coding(
                region.withDifference(difference),
                Mode.DIFFERENCE,
                change.model(),
                tables.tables(table),
                change.facts(),
                sketchBytes);
    }
}
