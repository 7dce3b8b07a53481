package dev.mangrove.delta.format;

import dev.mangrove.delta.codec.ByteBuilder;
import dev.mangrove.delta.codec.DifferenceEncoder;
import dev.mangrove.delta.codec.DifferenceModel;
import dev.mangrove.delta.codec.ElementLayout;
import dev.mangrove.delta.codec.Piece;
import dev.mangrove.delta.codec.PlaneCode;
import dev.mangrove.delta.codec.RowFacts;
import dev.mangrove.delta.codec.SplitCode;
import dev.mangrove.delta.codec.SymbolTables;
import dev.mangrove.delta.io.ByteSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Encodes single segments; the mirror of {@link SegmentDecoder}. For one thread. */
public final class SegmentEncoder {
    /**
     * What the encoder knows about a region beyond what it sends.
     *
     * @param preferred the mode of pieces that are neither equal to their prediction nor smaller otherwise
     */
    public record Coding(
            Region region, Mode preferred, DifferenceModel model, SymbolTables tables, RowFacts facts, byte[] sketch) {}

    /** One encoded segment. */
    public record Encoded(
            byte[] payload, List<Mode> modes, Map<Mode, Long> modeBytes, int baseCheck, int targetCheck) {}

    private static final byte[] NOTHING = {};

    private final List<Coding> codings;
    private final List<Region> regions;
    private final Predictor predictor;
    private final byte[] predicted = new byte[DeltaFront.MAX_SEGMENT_BYTES];

    /** An encoder for all segments of one target. */
    public SegmentEncoder(List<Coding> codings, List<ByteSource> bases) {
        this.codings = List.copyOf(codings);
        this.regions = codings.stream().map(Coding::region).toList();
        this.predictor = new Predictor(bases);
    }

    /**
     * Encodes a segment.
     *
     * @param first index of the region that holds the segment's first byte
     * @param target the segment's bytes
     */
    public Encoded encode(int segment, int segmentBytes, int first, byte[] target) throws IOException {
        List<Cut> cuts = Cut.of(regions, segmentBytes, segment, first);
        Encoded best = encode(cuts, target, true);
        if (best.payload().length > target.length / 2) {
            Encoded alone = encode(cuts, target, false);
            if (alone.payload().length < best.payload().length) {
                return alone;
            }
        }
        return best;
    }

    private Encoded encode(List<Cut> cuts, byte[] target, boolean differences) throws IOException {
        predictor.reset();
        DifferenceEncoder differenceEncoder = new DifferenceEncoder();
        ByteBuilder literals = new ByteBuilder(1024);
        List<Mode> modes = new ArrayList<>();
        Map<Mode, Long> modeBytes = new EnumMap<>(Mode.class);
        for (Cut cut : cuts) {
            Coding coding = codings.get(cut.region());
            int before = literals.size();
            Mode mode = piece(coding, cut, target, differences, differenceEncoder, literals);
            modeBytes.merge(mode, (long) literals.size() - before, Long::sum);
            modes.add(mode);
        }
        byte[] symbols = differenceEncoder.finishSymbols();
        byte[] extra = differenceEncoder.finishExtra();
        byte[] side = differenceEncoder.side().finish();
        modeBytes.merge(Mode.DIFFERENCE, (long) symbols.length + extra.length + side.length, Long::sum);
        byte[] payload = Streams.pack(side, symbols, extra, literals.toByteArray());
        return new Encoded(
                payload.length == 3 ? NOTHING : payload,
                modes,
                modeBytes,
                predictor.check(),
                Checksum.crc32c(target, target.length));
    }

    private Mode piece(
            Coding coding, Cut cut, byte[] target, boolean differences, DifferenceEncoder encoder, ByteBuilder literals)
            throws IOException {
        Region region = coding.region();
        int from = cut.target();
        int check = predictor.check();
        int available = predictor.predict(region, cut, predicted);
        if (region.isAligned() && Arrays.equals(predicted, 0, cut.length(), target, from, from + cut.length())) {
            return Mode.COPY;
        }
        if (region.type().isBlock() && coding.preferred() == Mode.DIFFERENCE && differences && cut.units() > 0) {
            return blocks(coding, cut, target, encoder, literals);
        }
        if (region.type().layout().isEmpty() || cut.units() == 0) {
            return bytes(cut, target, available, check, literals);
        }
        ElementLayout layout = region.type().stored().layout().orElseThrow();
        Mode mode = differences || coding.preferred() == Mode.SPLIT ? coding.preferred() : Mode.SPLIT;
        if (mode == Mode.SPLIT) {
            predictor.restore(check);
        }
        literals.put(target, from, cut.head());
        int at = from + cut.head();
        switch (mode) {
            case DIFFERENCE ->
                encoder.encode(
                        coding.model(),
                        region.difference().orElseThrow().scales(),
                        coding.tables(),
                        new Piece(cut.firstUnit(), cut.units(), region.columns()),
                        coding.facts(),
                        predicted,
                        cut.head(),
                        target,
                        at);
            case PLANES -> {
                byte[] planes = PlaneCode.differences(layout, predicted, cut.head(), target, at, cut.units());
                frame(literals, ZstdCode.compress(planes, 0, planes.length, NOTHING, 0));
            }
            default -> frame(literals, SplitCode.encode(layout, target, at, cut.units()));
        }
        literals.put(target, at + cut.body(), cut.tail());
        return mode;
    }

    private Mode blocks(Coding coding, Cut cut, byte[] target, DifferenceEncoder encoder, ByteBuilder literals) {
        int at = cut.target() + cut.head();
        literals.put(target, cut.target(), cut.head());
        encoder.encodeBlocks(
                coding.region().type().blockModel(), coding.tables(), predicted, cut.head(), target, at, cut.units());
        literals.put(target, at + cut.body(), cut.tail());
        return Mode.DIFFERENCE;
    }

    private Mode bytes(Cut cut, byte[] target, int available, int check, ByteBuilder literals) {
        byte[] packed = ZstdCode.compress(target, cut.target(), cut.length(), predicted, available);
        if (packed.length + 3 < cut.length()) {
            frame(literals, packed);
            return Mode.ZSTD;
        }
        predictor.restore(check);
        literals.put(target, cut.target(), cut.length());
        return Mode.RAW;
    }

    private static void frame(ByteBuilder literals, byte[] bytes) {
        literals.putVarint(bytes.length);
        literals.put(bytes);
    }
}
