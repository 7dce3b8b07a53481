package dev.mangrove.delta.format;

import dev.mangrove.oci.Digest;
import java.util.List;

/**
 * Everything about a delta but its body: small, at its front, and enough to plan with.
 *
 * @param segmentBytes length of every segment of the target but the last; a power of two, 64 KiB to 2 MiB
 * @param regions of the target, in order, without gaps
 * @param sketchOffsets where each region's sketch begins in the body, -1 if it has none
 * @param bodyOffset where the body begins in the delta
 */
public record DeltaFront(
        long targetSize,
        Digest targetDigest,
        int segmentBytes,
        List<BaseFile> bases,
        List<Region> regions,
        List<CodedTables> tables,
        long[] sketchOffsets,
        SegmentIndex segments,
        long bodyOffset) {
    /** Largest segment. */
    public static final int MAX_SEGMENT_BYTES = 2 << 20;
    /** Smallest segment: one leaf. */
    public static final int MIN_SEGMENT_BYTES = 64 << 10;
    /** Largest front block, unpacked. */
    public static final int MAX_FRONT_BYTES = 16 << 20;
    /** Most regions, bases and tables. */
    public static final int MAX_REGIONS = 1 << 16;

    public static final int MAX_BASES = 1 << 10;
    public static final int MAX_TABLES = 1 << 12;

    static final byte[] MAGIC = {'M', 'G', 'V', 'D', 'E', 'L', 'T', 1};
    /** Magic, packed length, unpacked length, CRC-32C of the packed front. */
    static final int PREFIX_BYTES = 20;

    /** Copies the lists. */
    public DeltaFront {
        bases = List.copyOf(bases);
        regions = List.copyOf(regions);
        tables = List.copyOf(tables);
    }

    /** Index of the region that holds a byte of the target. */
    public int regionAt(long position) {
        int low = 0;
        int high = regions.size() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (regions.get(middle).range().end() <= position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Number of segments of a target. */
    public static int segmentCount(long targetSize, int segmentBytes) {
        return Math.toIntExact(Math.ceilDiv(targetSize, segmentBytes));
    }
}
