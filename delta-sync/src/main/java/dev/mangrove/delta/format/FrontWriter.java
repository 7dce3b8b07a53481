package dev.mangrove.delta.format;

import com.github.luben.zstd.Zstd;
import dev.mangrove.delta.codec.ByteBuilder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;

/** Packs a front block. */
public final class FrontWriter {
    private static final int LEVEL = 19;

    private final ByteBuilder out = new ByteBuilder(4096);

    private FrontWriter() {}

    /** The bytes in front of the body: prefix and packed front block. */
    public static byte[] pack(DeltaFront front) {
        byte[] plain = new FrontWriter().plain(front);
        byte[] packed = Zstd.compress(plain, LEVEL);
        CRC32C check = new CRC32C();
        check.update(packed);
        ByteBuilder bytes = new ByteBuilder(packed.length + DeltaFront.PREFIX_BYTES);
        bytes.put(DeltaFront.MAGIC);
        bytes.putInt(packed.length);
        bytes.putInt(plain.length);
        bytes.putInt((int) check.getValue());
        bytes.put(packed);
        return bytes.toByteArray();
    }

    private byte[] plain(DeltaFront front) {
        out.putVarint(front.targetSize());
        out.put(front.targetDigest().bytes());
        out.put(Integer.numberOfTrailingZeros(front.segmentBytes()));
        out.putVarint(front.bases().size());
        for (BaseFile base : front.bases()) {
            out.putVarint(base.size());
            out.put(base.digest().bytes());
        }
        tables(front.tables());
        out.putVarint(front.regions().size());
        long[] expected = new long[front.bases().size()];
        for (Region region : front.regions()) {
            region(region, expected);
        }
        segments(front);
        return out.toByteArray();
    }

    private void tables(List<CodedTables> tables) {
        out.putVarint(tables.size());
        for (CodedTables table : tables) {
            out.putVarint(table.contexts());
            out.putVarint(table.symbols());
            out.putVarint(table.bytes().length);
            out.put(table.bytes());
        }
    }

    private void region(Region region, long[] expected) {
        byte[] name = region.name().getBytes(StandardCharsets.UTF_8);
        out.putVarint(name.length);
        out.put(name);
        out.put(region.type().code());
        out.putVarint(region.columns());
        // Tensors are long and even: whole rows are counted where they fit.
        long rowBytes = (long) region.columns() * region.type().unitBytes();
        long rows = region.range().length() / rowBytes;
        out.putVarint(rows);
        out.putVarint(region.range().length() - rows * rowBytes);
        prediction(region, expected);
        out.put(region.difference().isPresent() ? 1 : 0);
        region.difference().ifPresent(this::difference);
    }

    private void difference(Difference difference) {
        out.putVarint(difference.table());
        out.put(difference.scales().coded() ? 1 : 0);
        out.putVarint(difference.scales().start());
        out.put(difference.rank());
        if (difference.rank() > 0) {
            out.putVarint(difference.sketchBytes());
        }
    }

    private void prediction(Region region, long[] expected) {
        switch (region.prediction()) {
            case Prediction.None none -> out.put(0);
            case Prediction.Span span -> {
                out.put(1);
                span(span, expected);
                expected[span.base()] = span.offset() + region.range().length();
            }
            case Prediction.Window window -> {
                out.put(2);
                span(new Prediction.Span(window.base(), window.offset()), expected);
                out.putVarint(window.length());
                expected[window.base()] = window.offset() + window.length();
            }
            case Prediction.Adapted adapted -> {
                out.put(3);
                span(adapted.weights(), expected);
                expected[adapted.weights().base()] =
                        adapted.weights().offset() + region.range().length();
                span(adapted.down(), expected);
                span(adapted.up(), expected);
                out.put(adapted.adapterType());
                out.putVarint(adapted.rank());
                out.putInt(Float.floatToRawIntBits(adapted.scale()));
            }
        }
    }

    private void span(Prediction.Span span, long[] expected) {
        out.putVarint(span.base());
        out.putSigned(span.offset() - expected[span.base()]);
    }

    /** Column by column, because like compresses with like. */
    private void segments(DeltaFront front) {
        SegmentIndex segments = front.segments();
        for (int i = 0; i < segments.count(); i++) {
            out.putVarint(segments.length(i));
        }
        int pieces = segments.modeCount();
        out.putVarint(pieces);
        for (int i = 0; i < pieces; i++) {
            out.put(segments.modeAt(i).code());
        }
        for (int i = 0; i < segments.count(); i++) {
            out.putInt(segments.baseCheck(i));
        }
        for (int i = 0; i < segments.count(); i++) {
            out.putInt(segments.targetCheck(i));
        }
    }
}
