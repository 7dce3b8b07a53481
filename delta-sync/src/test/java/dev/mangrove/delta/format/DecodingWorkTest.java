package dev.mangrove.delta.format;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.delta.codec.RowScales;
import dev.mangrove.delta.codec.Sketch;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.delta.tensor.ElementType;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Small deltas that would be much work: refused by what their front says, before anything is decoded. */
class DecodingWorkTest {
    private static final int SEGMENT = DeltaFront.MIN_SEGMENT_BYTES;
    private static final CodedTables TABLE = new CodedTables(468, 67, new byte[4]);

    @Test
    void tinyRegionsWithTheWidestSketchesAreRefused() {
        assertThrows(MalformedDeltaException.class, () -> parse(sketched(DeltaFront.MAX_REGIONS, 1 << 19, 2, 1)));
    }

    @Test
    void aSketchMayHaveTwiceAsManyComponentsAsItsRegionHasRows() {
        assertDoesNotThrow(() -> parse(sketched(1, 64, 16 * 64 * 2, 32)));
        assertThrows(MalformedDeltaException.class, () -> parse(sketched(1, 64, 16 * 64 * 2 - 2, 32)));
    }

    @Test
    void rowsThatAreEachMergedWithTheLargestAdapterAreRefused() {
        // 2^11 columns and rank 256: 2^19 entries of A for 4 KiB of the target
        assertThrows(MalformedDeltaException.class, () -> parse(adapted(4_096, 1 << 11, 1, 256)));
    }

    @Test
    void anAdapterOfMoreColumnsThanASegmentHoldsIsTaken() {
        // 16 segments of 64 KiB a row, each of which reads all of A
        assertDoesNotThrow(() -> parse(adapted(4, 1 << 19, 1, 1)));
    }

    private static byte[] sketched(int count, int columns, int bytes, int rank) {
        Difference difference = new Difference(0, new RowScales(true, 0), rank, Sketch.headerBytes(rank));
        byte[] front = front(count, bytes, bytes, offset -> {
            Prediction prediction = new Prediction.Span(0, 0);
            return new Region(
                    "w", new ByteRange(offset, bytes), ElementType.BF16, columns, prediction, Optional.of(difference));
        });
        return Arrays.copyOf(front, front.length + count * Sketch.headerBytes(rank));
    }

    private static byte[] adapted(int count, int columns, int rows, int rank) {
        int bytes = 2 * columns * rows;
        Prediction.Span start = new Prediction.Span(0, 0);
        Prediction prediction = new Prediction.Adapted(
                start, start, start, ElementType.BF16.code(), rank, 1); // A is read from there too
        return front(
                count,
                bytes,
                Math.max(bytes, 2L * rank * columns),
                offset -> new Region(
                        "w", new ByteRange(offset, bytes), ElementType.BF16, columns, prediction, Optional.empty()));
    }

    private static byte[] front(int count, int bytes, long baseSize, IntFunction<Region> regions) {
        long size = (long) count * bytes;
        Digest digest = Digest.ofBytes(Algorithm.SHA256, new byte[0]);
        List<Region> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            made.add(regions.apply(i * bytes));
        }
        List<BaseFile> bases = List.of(new BaseFile(baseSize, digest));
        SegmentIndex index = new SegmentIndex();
        for (int segment = 0, region = 0; segment < DeltaFront.segmentCount(size, SEGMENT); segment++) {
            index.add(0, 0, 0, 0, index.modeCount());
            long end = Math.min(size, (segment + 1L) * SEGMENT);
            region = (int) ((long) segment * SEGMENT / bytes);
            for (; region < count && (long) region * bytes < end; region++) {
                assertTrue(index.addMode(Mode.COPY) >= 0);
            }
        }
        return FrontWriter.pack(
                new DeltaFront(size, digest, SEGMENT, bases, made, List.of(TABLE), new long[count], index, 0));
    }

    private static void parse(byte[] delta) throws IOException {
        assertTrue(FrontParser.parse(ByteSource.of(delta)).targetSize() > 0);
    }
}
