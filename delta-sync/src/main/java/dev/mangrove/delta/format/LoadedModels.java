package dev.mangrove.delta.format;

import dev.mangrove.delta.codec.DifferenceModel;
import dev.mangrove.delta.codec.ElementLayout;
import dev.mangrove.delta.codec.Sketch;
import dev.mangrove.delta.codec.SymbolTables;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.oci.ByteRange;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The one model and the one set of tables in use. */
final class LoadedModels {
    private final DeltaFront front;
    private final ByteSource delta;
    private int modelRegion = -1;
    private @Nullable DifferenceModel model;
    private int tableIndex = -1;
    private @Nullable SymbolTables tables;

    LoadedModels(DeltaFront front, ByteSource delta) {
        this.front = front;
        this.delta = delta;
    }

    DifferenceModel model(int region) throws IOException {
        DifferenceModel current = model;
        if (current == null || modelRegion != region) {
            model = null;
            current = load(region);
            model = current;
            modelRegion = region;
        }
        return current;
    }

    private DifferenceModel load(int index) throws IOException {
        Region region = front.regions().get(index);
        Difference difference = region.difference().orElseThrow();
        ElementLayout layout = region.type().layout().orElseThrow();
        if (difference.rank() == 0) {
            return new DifferenceModel(layout, null);
        }
        ByteRange range = new ByteRange(front.bodyOffset() + front.sketchOffsets()[index], difference.sketchBytes());
        byte[] bytes = delta.readRange(range, DeltaFront.MAX_SEGMENT_BYTES);
        return new DifferenceModel(layout, Sketch.decode(difference.rank(), region.columns(), bytes, 0, bytes.length));
    }

    SymbolTables tables(int index) {
        SymbolTables current = tables;
        if (current == null || tableIndex != index) {
            tables = null;
            current = front.tables().get(index).expand();
            tables = current;
            tableIndex = index;
        }
        return current;
    }
}
