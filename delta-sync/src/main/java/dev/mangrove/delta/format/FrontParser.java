package dev.mangrove.delta.format;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.mangrove.delta.codec.BlockModel;
import dev.mangrove.delta.codec.DifferenceModel;
import dev.mangrove.delta.codec.RowScales;
import dev.mangrove.delta.codec.Sketch;
import dev.mangrove.delta.codec.SymbolTables;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.delta.tensor.ElementType;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Reads and checks a front block. Hostile input costs at most {@link DeltaFront#MAX_FRONT_BYTES} packed and unpacked
 * plus some 200 bytes for each of {@link DeltaFront#MAX_REGIONS} regions and 30 for each segment present.
 */
public final class FrontParser {
    private static final long MAX_SIZE = 1L << 50;
    private static final int MAX_NAME_BYTES = 1 << 12;
    private static final int DIGEST_BYTES = 32;

    private final FieldReader in;
    private final List<BaseFile> bases = new ArrayList<>();
    private final List<CodedTables> tables = new ArrayList<>();
    private final List<Region> regions = new ArrayList<>();
    private long targetSize;
    private int segmentBytes;
    private long[] expected = {};

    private FrontParser(FieldReader in) {
        this.in = in;
    }

    /** Reads the front of a delta. */
    public static DeltaFront parse(ByteSource delta) throws IOException {
        if (delta.size() < DeltaFront.PREFIX_BYTES) {
            throw new MalformedDeltaException("too short for a delta", delta.size());
        }
        byte[] prefix = delta.readRange(new ByteRange(0, DeltaFront.PREFIX_BYTES), DeltaFront.PREFIX_BYTES);
        FieldReader head = new FieldReader(prefix, 0, prefix.length, "prefix");
        for (byte expectedByte : DeltaFront.MAGIC) {
            if (head.uint8() != (expectedByte & 0xff)) {
                throw head.malformed("not a delta of version 1");
            }
        }
        int packedLength = head.int32();
        int plainLength = head.int32();
        int check = head.int32();
        long bodyOffset = DeltaFront.PREFIX_BYTES + (packedLength & 0xffffffffL);
        if (packedLength < 1
                || packedLength > DeltaFront.MAX_FRONT_BYTES
                || plainLength < 1
                || plainLength > DeltaFront.MAX_FRONT_BYTES
                || bodyOffset > delta.size()) {
            throw head.malformed("front block of " + packedLength + " bytes, unpacked " + plainLength);
        }
        byte[] plain = unpack(
                delta.readRange(new ByteRange(DeltaFront.PREFIX_BYTES, packedLength), DeltaFront.MAX_FRONT_BYTES),
                plainLength,
                check);
        return new FrontParser(new FieldReader(plain, 0, plain.length, "front block")).front(bodyOffset, delta.size());
    }

    private static byte[] unpack(byte[] packed, int plainLength, int check) throws MalformedDeltaException {
        CRC32C actual = new CRC32C();
        actual.update(packed);
        if ((int) actual.getValue() != check) {
            throw new MalformedDeltaException("front block is damaged", DeltaFront.PREFIX_BYTES);
        }
        byte[] plain = new byte[plainLength];
        long length;
        try {
            length = Zstd.decompressByteArray(plain, 0, plainLength, packed, 0, packed.length);
        } catch (ZstdException e) {
            throw new MalformedDeltaException("front block: " + e.getMessage(), DeltaFront.PREFIX_BYTES);
        }
        if (length != plainLength) {
            throw new MalformedDeltaException("front block has another length", DeltaFront.PREFIX_BYTES);
        }
        return plain;
    }

    private DeltaFront front(long bodyOffset, long deltaSize) throws IOException {
        targetSize = in.varint(MAX_SIZE, "target size");
        Digest digest = Digest.of(Algorithm.SHA256, in.array(DIGEST_BYTES));
        int log = in.uint8();
        segmentBytes = log < 31 ? 1 << log : 0;
        if (segmentBytes < DeltaFront.MIN_SEGMENT_BYTES || segmentBytes > DeltaFront.MAX_SEGMENT_BYTES) {
            throw in.malformed("segments of 2^" + log + " bytes");
        }
        int baseCount = in.smallVarint(DeltaFront.MAX_BASES, "base count");
        for (int i = 0; i < baseCount; i++) {
            long size = in.varint(MAX_SIZE, "base size");
            bases.add(new BaseFile(size, Digest.of(Algorithm.SHA256, in.array(DIGEST_BYTES))));
        }
        expected = new long[baseCount];
        tables();
        regions();
        long[] sketchOffsets = new long[regions.size()];
        SegmentIndex segments = segments(sketchOffsets, deltaSize - bodyOffset);
        return new DeltaFront(
                targetSize, digest, segmentBytes, bases, regions, tables, sketchOffsets, segments, bodyOffset);
    }

    private void tables() throws IOException {
        int count = in.smallVarint(DeltaFront.MAX_TABLES, "table count");
        for (int i = 0; i < count; i++) {
            int contexts = in.smallVarint(SymbolTables.MAX_CONTEXTS, "contexts");
            int symbols = in.smallVarint(256, "symbols");
            if (SymbolTables.memoryBytes(contexts, symbols) > SymbolTables.MAX_MEMORY_BYTES) {
                throw in.malformed("tables too large");
            }
            tables.add(new CodedTables(contexts, symbols, in.array(in.smallVarint(1 << 20, "table bytes"))));
        }
    }

    private void regions() throws IOException {
        int count = in.smallVarint(DeltaFront.MAX_REGIONS, "region count");
        DecodingWork work = new DecodingWork(targetSize, segmentBytes);
        long position = 0;
        for (int i = 0; i < count; i++) {
            Region region = region(position);
            if (!work.add(region)) {
                throw in.malformed("more to decode than there is to make");
            }
            position = region.range().end();
            regions.add(region);
        }
        if (position != targetSize) {
            throw in.malformed("regions end at " + position + " of " + targetSize);
        }
    }

    private Region region(long position) throws IOException {
        byte[] name = in.array(in.smallVarint(MAX_NAME_BYTES, "name length"));
        int code = in.uint8();
        ElementType type = ElementType.ofCode(code).orElseThrow(() -> in.malformed("element type " + code));
        int columns = in.smallVarint(Region.MAX_COLUMNS, "columns");
        long rowBytes = (long) columns * type.unitBytes();
        if (columns < 1) {
            throw in.malformed("no columns");
        }
        long rows = in.varint((targetSize - position) / rowBytes, "rows");
        long length = rows * rowBytes + in.varint(targetSize - position - rows * rowBytes, "rest of region");
        if (length < 1) {
            throw in.malformed("empty region");
        }
        Prediction prediction = prediction(length, type, columns);
        Optional<Difference> difference =
                in.uint8() == 0 ? Optional.empty() : Optional.of(difference(type, columns, prediction));
        return new Region(
                new String(name, StandardCharsets.UTF_8),
                new ByteRange(position, length),
                type,
                columns,
                prediction,
                difference);
    }

    private Difference difference(ElementType type, int columns, Prediction prediction) throws IOException {
        int table = in.smallVarint(tables.size() - 1, "table");
        boolean coded = in.uint8() != 0;
        int start = in.smallVarint(DifferenceModel.MAX_CLASS, "row class");
        int rank = in.uint8();
        boolean predicted = prediction instanceof Prediction.Span || prediction instanceof Prediction.Adapted;
        if ((type.layout().isEmpty() && !type.isBlock()) || !predicted || (rank > 0 && !coded)) {
            throw in.malformed("differences without elements");
        }
        if (rank > Sketch.MAX_RANK || (long) rank * columns > Sketch.MAX_ENTRIES || (rank > 0 && type.isBlock())) {
            throw in.malformed("sketch of rank " + rank);
        }
        CodedTables shape = tables.get(table);
        int contexts = type.isBlock()
                ? type.blockModel().contexts()
                : DifferenceModel.contexts(type.layout().orElseThrow(), rank > 0);
        int symbols = type.isBlock()
                ? BlockModel.symbols()
                : type.layout().orElseThrow().symbols();
        if (shape.contexts() != contexts || shape.symbols() != symbols) {
            throw in.malformed("tables of another shape");
        }
        int bytes = rank == 0 ? 0 : in.smallVarint(DeltaFront.MAX_SEGMENT_BYTES, "sketch bytes");
        if (rank > 0 && bytes < Sketch.headerBytes(rank)) {
            throw in.malformed("sketch of " + bytes + " bytes");
        }
        return new Difference(table, new RowScales(coded, start), rank, bytes);
    }

    private Prediction prediction(long length, ElementType type, int columns) throws IOException {
        int kind = in.uint8();
        switch (kind) {
            case 0 -> {
                return new Prediction.None();
            }
            case 1 -> {
                Prediction.Span span = span(length);
                expected[span.base()] = span.offset() + length;
                return span;
            }
            case 2 -> {
                Prediction.Span span = span(1);
                int size = in.smallVarint(Prediction.Window.MAX_BYTES, "window");
                if (size < 1 || span.offset() + size > bases.get(span.base()).size()) {
                    throw in.malformed("window outside its base");
                }
                expected[span.base()] = span.offset() + size;
                return new Prediction.Window(span.base(), span.offset(), size);
            }
            case 3 -> {
                return adapted(length, type, columns);
            }
            default -> throw in.malformed("prediction " + kind);
        }
    }

    private Prediction adapted(long length, ElementType type, int columns) throws IOException {
        Prediction.Span weights = span(length);
        expected[weights.base()] = weights.offset() + length;
        Prediction.Span down = span(0);
        Prediction.Span up = span(0);
        int code = in.uint8();
        ElementType adapter = ElementType.ofCode(code).orElseThrow(() -> in.malformed("adapter type " + code));
        int rank = in.smallVarint(Prediction.Adapted.MAX_RANK, "adapter rank");
        float scale = Float.intBitsToFloat(in.int32());
        long rowBytes = (long) columns * type.unitBytes();
        long downBytes = (long) rank * columns * adapter.unitBytes();
        long upBytes = length / rowBytes * rank * adapter.unitBytes();
        if (!Adapters.areFloats(type)
                || !Adapters.areFloats(adapter)
                || rank < 1
                || length % rowBytes != 0
                || (long) rank * columns > Adapters.MAX_ENTRIES
                || down.offset() + downBytes > bases.get(down.base()).size()
                || up.offset() + upBytes > bases.get(up.base()).size()) {
            throw in.malformed("adapter");
        }
        return new Prediction.Adapted(weights, down, up, code, rank, scale);
    }

    private Prediction.Span span(long length) throws IOException {
        int base = in.smallVarint(bases.size() - 1, "base");
        long offset = expected[base] + in.signed("base offset");
        if (offset < 0 || offset > bases.get(base).size() - length) {
            throw in.malformed("span outside its base");
        }
        return new Prediction.Span(base, offset);
    }

    private SegmentIndex segments(long[] sketchOffsets, long bodySize) throws IOException {
        long count = Math.ceilDiv(targetSize, segmentBytes);
        if (count > in.remaining()) {
            throw in.malformed(count + " segments");
        }
        int[] lengths = new int[(int) count];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = in.smallVarint(2 * DeltaFront.MAX_SEGMENT_BYTES, "segment length");
        }
        return new BodyLayout(regions, segmentBytes, targetSize).index(in, lengths, sketchOffsets, bodySize);
    }
}
