package dev.mangrove.delta.format;

import dev.mangrove.delta.codec.PairReader;
import dev.mangrove.delta.io.ByteSource;
import java.io.IOException;
import java.util.List;

/** Predicted and wanted elements of a region, for its analysis. For one thread. */
public final class RegionReader implements PairReader {
    private final Region region;
    private final Predictor predictor;
    private final ByteSource target;

    /** A reader of a region whose prediction has a byte for each of its own. */
    public RegionReader(Region region, List<ByteSource> bases, ByteSource target) {
        this.region = region;
        this.predictor = new Predictor(bases);
        this.target = target;
    }

    @Override
    public void read(long first, int count, byte[] base, byte[] now) throws IOException {
        int size = region.type().unitBytes();
        predictor.predict(region, new Cut(0, first * size, count * size, 0, size), base);
        target.read(region.range().offset() + first * size, now, 0, count * size);
    }
}
