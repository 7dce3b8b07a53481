package dev.mangrove.delta.format;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Where things are in the body: the payloads of the segments in order, each preceded by the sketches of the regions that
 * begin in it.
 */
final class BodyLayout {
    /** The decoder has all sketches of a segment before it decodes the first. */
    static final long MAX_SKETCH_BYTES_OF_SEGMENT = 4 << 20;

    private final List<Region> regions;
    private final int segmentBytes;
    private final long targetSize;

    BodyLayout(List<Region> regions, int segmentBytes, long targetSize) {
        this.regions = regions;
        this.segmentBytes = segmentBytes;
        this.targetSize = targetSize;
    }

    /** Reads modes and checks, and lays everything out. */
    SegmentIndex index(FieldReader in, int[] lengths, long[] sketchOffsets, long bodySize) throws IOException {
        int pieces = in.smallVarint(in.remaining(), "piece count");
        int modes = in.skip(pieces);
        FieldReader modeReader = in.at(modes, pieces);
        FieldReader baseChecks = in.at(in.skip(4 * lengths.length), 4 * lengths.length);
        FieldReader targetChecks = in.at(in.skip(4 * lengths.length), 4 * lengths.length);
        if (in.remaining() != 0) {
            throw in.malformed("more bytes than fields");
        }
        Arrays.fill(sketchOffsets, -1);
        SegmentIndex index = new SegmentIndex();
        long at = 0;
        int region = 0;
        for (int segment = 0; segment < lengths.length; segment++) {
            long end = Math.min(targetSize, (segment + 1L) * segmentBytes);
            int firstMode = index.modeCount();
            long before = at;
            while (true) {
                Region current = regions.get(region);
                if (current.range().offset() >= (long) segment * segmentBytes && hasSketch(current)) {
                    sketchOffsets[region] = at;
                    at += current.difference().orElseThrow().sketchBytes();
                }
                index.addMode(mode(modeReader, current));
                if (current.range().end() >= end) {
                    region += current.range().end() == end ? 1 : 0;
                    break;
                }
                region++;
            }
            if (at - before > MAX_SKETCH_BYTES_OF_SEGMENT) {
                throw in.malformed((at - before) + " bytes of sketches in segment " + segment);
            }
            index.add(at, lengths[segment], baseChecks.int32(), targetChecks.int32(), firstMode);
            at += lengths[segment];
        }
        if (modeReader.remaining() != 0 || at != bodySize) {
            throw in.malformed("body of " + bodySize + " bytes, " + at + " expected");
        }
        return index;
    }

    static boolean hasSketch(Region region) {
        return region.difference().isPresent() && region.difference().get().rank() > 0;
    }

    private static Mode mode(FieldReader in, Region region) throws IOException {
        int ordinal = in.uint8();
        Mode mode = Mode.of(ordinal).orElseThrow(() -> in.malformed("mode " + ordinal));
        boolean fits =
                switch (mode) {
                    case RAW, ZSTD -> true;
                    case COPY, PLANES ->
                        region.isAligned()
                                && (mode == Mode.COPY || region.type().layout().isPresent());
                    case DIFFERENCE -> region.difference().isPresent();
                    case SPLIT -> region.type().layout().isPresent();
                };
        if (!fits) {
            throw in.malformed("mode " + mode + " in a region of " + region.type());
        }
        return mode;
    }
}
