package dev.mangrove.delta;

import dev.mangrove.delta.format.DeltaFront;

/**
 * What the maker of a delta can choose.
 *
 * @param sketching whether to look for low-rank updates: smaller, and a good half slower
 * @param segmentBytes length of the independent parts of the target; a power of two, 64 KiB to 2 MiB
 */
public record EncodeOptions(boolean sketching, int segmentBytes) {
    /** Smallest deltas. */
    public static final EncodeOptions DEFAULT = new EncodeOptions(true, DeltaFront.MAX_SEGMENT_BYTES);

    /** Checks the segment size. */
    public EncodeOptions {
        if (Integer.bitCount(segmentBytes) != 1
                || segmentBytes < DeltaFront.MIN_SEGMENT_BYTES
                || segmentBytes > DeltaFront.MAX_SEGMENT_BYTES) {
            throw new IllegalArgumentException("segments of " + segmentBytes + " bytes");
        }
    }
}
