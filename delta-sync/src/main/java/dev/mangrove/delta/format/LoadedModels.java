package dev.mangrove.delta.format;

import dev.mangrove.delta.codec.DifferenceModel;
import dev.mangrove.delta.codec.ElementLayout;
import dev.mangrove.delta.codec.Sketch;
import dev.mangrove.delta.codec.SymbolTables;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.oci.ByteRange;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one model and the one set of tables in use, and the sketches of the regions that come next in the segment: they lie
 * before its payload, and a delta is read forwards.
 */
final class LoadedModels {
    private final DeltaFront front;
    private final ByteSource delta;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private int modelRegion = -1;
    private @Nullable DifferenceModel model;
    private int tableIndex = -1;
    private @Nullable SymbolTables tables;

    LoadedModels(DeltaFront front, ByteSource delta) {
        this.front = front;
        this.delta = delta;
    }

    private record Waiting(int region, byte[] sketch) {}

    /** Reads the sketches that a segment needs and that are not here yet. */
    void begin(List<Cut> cuts) throws IOException {
        while (!waiting.isEmpty()
                && waiting.element().region() < cuts.getFirst().region()) {
            waiting.remove();
        }
        int last = waiting.isEmpty() ? modelRegion : waiting.getLast().region();
        for (Cut cut : cuts) {
            if (cut.region() > last && BodyLayout.hasSketch(front.regions().get(cut.region()))) {
                waiting.add(new Waiting(cut.region(), sketch(cut.region())));
            }
        }
    }

    private byte[] sketch(int region) throws IOException {
        Difference difference = front.regions().get(region).difference().orElseThrow();
        ByteRange range = new ByteRange(front.bodyOffset() + front.sketchOffsets()[region], difference.sketchBytes());
        return delta.readRange(range, DeltaFront.MAX_SEGMENT_BYTES);
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
        while (waiting.element().region() != index) {
            waiting.remove(); // of a region whose piece here is coded otherwise
        }
        byte[] bytes = waiting.remove().sketch();
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
