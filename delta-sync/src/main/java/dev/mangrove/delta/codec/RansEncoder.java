package dev.mangrove.delta.codec;

import java.util.Arrays;

/**
 * Static range asymmetric numeral system coder: four interleaved 32-bit states, 16-bit words.
 *
 * <p>Source: J. Duda, "Asymmetric numeral systems" (2013); interleaving after F. Giesen, "Interleaved entropy coders"
 * (2014). The encoder runs backwards, so runs of symbols must be pushed last first.
 */
public final class RansEncoder {
    static final int LANES = 4;

    private static final int LOW = 1 << 16;

    /** Symbols between two looks at the room that is left. */
    private static final int STRIDE = 1 << 14;

    /** A division by a frequency as a multiplication: 2^63 / f, rounded up, is exact for states of 32 bits. */
    private static final long[] RECIPROCALS = new long[SymbolTables.TOTAL + 1];

    static {
        for (int frequency = 1; frequency < RECIPROCALS.length; frequency++) {
            RECIPROCALS[frequency] = Long.divideUnsigned(1L << 63, frequency) + 1;
        }
    }

    private final int[] states = new int[LANES];
    private char[] words = new char[4096];
    private int count;

    /** A fresh coder. */
    public RansEncoder() {
        Arrays.fill(states, LOW);
    }

    /**
     * Pushes a run, last element first; element i of the run belongs to lane i mod 4.
     *
     * @param positions context times symbols plus symbol, one for each element
     */
    public void push(SymbolTables tables, int[] positions, int from, int length) {
        reserve(LANES);
        int whole = length & ~3;
        for (int i = length - 1; i >= whole; i--) {
            states[i & 3] = step(tables.ranges[positions[from + i]], states[i & 3]);
        }
        for (int end = whole;
                end > 0;
                end -= STRIDE) { // most symbols write nothing: room for all at once would be mostly air
            int start = Math.max(0, end - STRIDE);
            reserve(end - start);
            pushFours(tables.ranges, positions, from + start, end - start);
        }
    }

    /** The hot loop: as many words fit as it could possibly write. */
    private void pushFours(int[] ranges, int[] positions, int from, int length) {
        char[] out = words;
        int at = count;
        int a = states[0];
        int b = states[1];
        int c = states[2];
        int d = states[3];
        for (int i = from + length - 4; i >= from; i -= 4) {
            int rangeD = ranges[positions[i + 3]];
            int rangeC = ranges[positions[i + 2]];
            int rangeB = ranges[positions[i + 1]];
            int rangeA = ranges[positions[i]];
            if (isFull(d, rangeD)) {
                out[at++] = (char) d;
                d >>>= 16;
            }
            if (isFull(c, rangeC)) {
                out[at++] = (char) c;
                c >>>= 16;
            }
            if (isFull(b, rangeB)) {
                out[at++] = (char) b;
                b >>>= 16;
            }
            if (isFull(a, rangeA)) {
                out[at++] = (char) a;
                a >>>= 16;
            }
            d = next(d, rangeD);
            c = next(c, rangeC);
            b = next(b, rangeB);
            a = next(a, rangeA);
        }
        states[0] = a;
        states[1] = b;
        states[2] = c;
        states[3] = d;
        count = at;
    }

    private int step(int range, int state) {
        int kept = state;
        if (isFull(state, range)) {
            words[count++] = (char) state;
            kept >>>= 16;
        }
        return next(kept, range);
    }

    /** Whether a word must leave first; frequency << 20 overflows only for 4096, with which a state never grows too large. */
    private static boolean isFull(int state, int range) {
        int frequency = range & 0xffff;
        return frequency < SymbolTables.TOTAL && state >>> (32 - SymbolTables.PRECISION) >= frequency;
    }

    private static int next(int state, int range) {
        int frequency = range & 0xffff;
        int quotient = (int) Math.unsignedMultiplyHigh((state & 0xffffffffL) << 1, RECIPROCALS[frequency]);
        return (quotient << SymbolTables.PRECISION) + state - quotient * frequency + (range >>> 16);
    }

    /** Ends the stream: four states, then the words in the order the decoder wants them. */
    public byte[] finish() {
        byte[] out = new byte[4 * LANES + 2 * count];
        for (int lane = 0; lane < LANES; lane++) {
            LittleEndian.INT.set(out, 4 * lane, states[lane]);
        }
        for (int i = 0; i < count; i++) {
            LittleEndian.SHORT.set(out, 4 * LANES + 2 * i, words[count - 1 - i]);
        }
        return out;
    }

    private void reserve(int more) {
        if (count + more > words.length) {
            words = Arrays.copyOf(words, Math.max(count + more, words.length * 2));
        }
    }
}
