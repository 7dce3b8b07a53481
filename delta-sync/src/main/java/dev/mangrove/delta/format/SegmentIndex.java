package dev.mangrove.delta.format;

import java.util.Arrays;

/**
 * What the front block says about every segment, in flat arrays: about 30 bytes for two megabytes of target.
 */
public final class SegmentIndex {
    private int count;
    private long[] offsets = new long[16];
    private int[] lengths = new int[16];
    private int[] baseChecks = new int[16];
    private int[] targetChecks = new int[16];
    private int[] firstModes = new int[16];
    private byte[] modes = new byte[64];
    private int modeCount;

    /** Appends a segment; its pieces' modes are those added since the segment before. */
    public void add(long offset, int length, int baseCheck, int targetCheck, int firstMode) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, count * 2);
            lengths = Arrays.copyOf(lengths, count * 2);
            baseChecks = Arrays.copyOf(baseChecks, count * 2);
            targetChecks = Arrays.copyOf(targetChecks, count * 2);
            firstModes = Arrays.copyOf(firstModes, count * 2);
        }
        offsets[count] = offset;
        lengths[count] = length;
        baseChecks[count] = baseCheck;
        targetChecks[count] = targetCheck;
        firstModes[count++] = firstMode;
    }

    /** Appends the mode of a piece and returns its place. */
    public int addMode(Mode mode) {
        if (modeCount == modes.length) {
            modes = Arrays.copyOf(modes, modeCount * 2);
        }
        modes[modeCount] = (byte) mode.code();
        return modeCount++;
    }

    /** Number of segments. */
    public int count() {
        return count;
    }

    /** Where the segment's payload begins in the body. */
    public long offset(int segment) {
        return offsets[segment];
    }

    /** Length of the segment's payload. */
    public int length(int segment) {
        return lengths[segment];
    }

    /** Chained CRC-32C of the base bytes that the segment's pieces use, in order; 0 if there are none. */
    public int baseCheck(int segment) {
        return baseChecks[segment];
    }

    /** CRC-32C of the segment's target bytes. */
    public int targetCheck(int segment) {
        return targetChecks[segment];
    }

    /** Mode of a piece of the segment. */
    public Mode mode(int segment, int piece) {
        return Mode.of(modes[firstModes[segment] + piece]).orElseThrow();
    }

    Mode modeAt(int piece) {
        return Mode.of(modes[piece]).orElseThrow();
    }

    /** Number of pieces in all segments. */
    public int modeCount() {
        return modeCount;
    }
}
