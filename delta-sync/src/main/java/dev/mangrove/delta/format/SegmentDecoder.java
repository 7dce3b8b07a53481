package dev.mangrove.delta.format;

import dev.mangrove.delta.codec.BlockDecoder;
import dev.mangrove.delta.codec.DifferenceDecoder;
import dev.mangrove.delta.codec.DifferenceModel;
import dev.mangrove.delta.codec.ElementLayout;
import dev.mangrove.delta.codec.Piece;
import dev.mangrove.delta.codec.PlaneCode;
import dev.mangrove.delta.codec.SplitCode;
import dev.mangrove.delta.io.ByteSource;
import java.io.IOException;
import java.util.List;

/**
 * Decodes single segments in any order; fastest in target order, because the tables and the sketch in use are kept.
 * Memory: two segments, one payload, one set of tables, one sketch: at most 13 MiB. For one thread.
 */
public final class SegmentDecoder {
    private static final byte[] NONE = {};

    private final DeltaFront front;
    private final Predictor predictor;
    private final LoadedModels models;
    private final ByteSource delta;
    private final byte[] predicted = new byte[DeltaFront.MAX_SEGMENT_BYTES];
    private byte[] payload = NONE;

    /**
     * A decoder of one delta.
     *
     * @param bases the files of {@link DeltaFront#bases}, in their order; sizes must agree
     */
    public SegmentDecoder(DeltaFront front, ByteSource delta, List<ByteSource> bases) {
        for (int i = 0; i < front.bases().size(); i++) {
            if (bases.size() != front.bases().size()
                    || bases.get(i).size() != front.bases().get(i).size()) {
                throw new IllegalArgumentException("base " + i + " is not the file that the delta names");
            }
        }
        this.front = front;
        this.delta = delta;
        this.predictor = new Predictor(bases);
        this.models = new LoadedModels(front, delta);
    }

    /** Whether a decoded segment is what the encoder saw. */
    public enum Outcome {
        GOOD,
        /** The base's bytes differ from those the delta was made from. */
        WRONG_BASE,
        /** The delta's own bytes are damaged. */
        DAMAGED
    }

    /** Length of a segment of the target. */
    public int lengthOf(int segment) {
        return (int) Math.min(front.segmentBytes(), front.targetSize() - (long) segment * front.segmentBytes());
    }

    /**
     * Decodes a segment into the start of {@code out}; the bytes may be used only if the outcome is good.
     *
     * @throws IOException if the delta or a base cannot be read
     */
    public Outcome decode(int segment, byte[] out) throws IOException {
        int length = front.segments().length(segment);
        if (payload.length < length + Long.BYTES) { // the last bits are taken from a long as well
            payload = NONE; // not both at once
            payload = new byte[length + Long.BYTES];
        }
        List<Cut> cuts = Cut.of(front, segment);
        models.begin(cuts);
        delta.read(front.bodyOffset() + front.segments().offset(segment), payload, 0, length);
        predictor.reset();
        try {
            Streams streams = Streams.open(payload, length);
            DifferenceDecoder differences = new DifferenceDecoder(streams.side(), streams.symbols(), streams.extra());
            for (int i = 0; i < cuts.size(); i++) {
                decode(cuts.get(i), front.segments().mode(segment, i), streams, differences, out);
            }
        } catch (MalformedDeltaException e) {
            return Outcome.DAMAGED;
        }
        if (predictor.check() != front.segments().baseCheck(segment)) {
            return Outcome.WRONG_BASE;
        }
        return isTarget(segment, out) ? Outcome.GOOD : Outcome.DAMAGED;
    }

    /** Whether the array starts with the target's bytes of a segment, by its check. */
    public boolean isTarget(int segment, byte[] bytes) {
        return Checksum.crc32c(bytes, lengthOf(segment)) == front.segments().targetCheck(segment);
    }

    private void decode(Cut cut, Mode mode, Streams streams, DifferenceDecoder differences, byte[] out)
            throws IOException {
        Region region = front.regions().get(cut.region());
        int available = mode.usesPrediction() ? predictor.predict(region, cut, predicted) : 0;
        FieldReader literals = streams.literals();
        switch (mode) {
            case COPY -> System.arraycopy(predicted, 0, out, cut.target(), cut.length());
            case RAW -> literals.copy(out, cut.target(), cut.length());
            case ZSTD -> unpack(literals, available, out, cut.target(), cut.length());
            default -> decodeUnits(region, cut, mode, streams, differences, out);
        }
    }

    private void decodeUnits(
            Region region, Cut cut, Mode mode, Streams streams, DifferenceDecoder differences, byte[] out)
            throws IOException {
        FieldReader literals = streams.literals();
        literals.copy(out, cut.target(), cut.head());
        int at = cut.target() + cut.head();
        if (cut.units() > 0) {
            switch (mode) {
                case DIFFERENCE -> {
                    if (region.type().isBlock()) {
                        int table = region.difference().orElseThrow().table();
                        new BlockDecoder(streams.symbols(), streams.extra())
                                .decode(
                                        region.type().blockModel(),
                                        models.tables(table),
                                        predicted,
                                        cut.head(),
                                        out,
                                        at,
                                        cut.units());
                        break;
                    }
                    Difference difference = region.difference().orElseThrow();
                    DifferenceModel model = models.model(cut.region());
                    Piece piece = new Piece(cut.firstUnit(), cut.units(), region.columns());
                    differences.decode(
                            model,
                            difference.scales(),
                            models.tables(difference.table()),
                            piece,
                            predicted,
                            cut.head(),
                            out,
                            at);
                }
                case PLANES -> {
                    byte[] planes = new byte[cut.body()];
                    unpack(literals, 0, planes, 0, planes.length);
                    PlaneCode.apply(layoutOf(region), planes, predicted, cut.head(), out, at, cut.units());
                }
                case SPLIT -> {
                    int length = literals.smallVarint(literals.remaining(), "split length");
                    int from = literals.skip(length);
                    SplitCode.decode(layoutOf(region), payload, from, length, out, at, cut.units());
                }
                default -> throw literals.malformed("mode " + mode);
            }
        }
        literals.copy(out, at + cut.body(), cut.tail());
    }

    private void unpack(FieldReader literals, int dictionary, byte[] out, int at, int length) throws IOException {
        int frame = literals.smallVarint(literals.remaining(), "frame length");
        ZstdCode.decompress(payload, literals.skip(frame), frame, predicted, dictionary, out, at, length);
    }

    private static ElementLayout layoutOf(Region region) {
        return region.type().stored().layout().orElseThrow();
    }
}
