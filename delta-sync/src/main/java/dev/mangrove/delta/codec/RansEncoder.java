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
        int[] ranges = tables.ranges;
        for (int i = length - 1; i >= 0; i--) {
            int range = ranges[positions[from + i]];
            int frequency = range & 0xffff;
            int state = states[i & 3];
            // frequency << 20 overflows only for 4096, with which a state never grows too large.
            if (frequency < SymbolTables.TOTAL && state >>> (32 - SymbolTables.PRECISION) >= frequency) {
                put((char) state);
                state >>>= 16;
            }
            int quotient = (int) Math.unsignedMultiplyHigh((state & 0xffffffffL) << 1, RECIPROCALS[frequency]);
            int rest = state - quotient * frequency;
            states[i & 3] = (quotient << SymbolTables.PRECISION) + rest + (range >>> 16);
        }
    }

    /** Ends the stream: four states, then the words in the order the decoder wants them. */
    public byte[] finish() {
        ByteBuilder out = new ByteBuilder(16 + 2 * count);
        for (int state : states) {
            out.putInt(state);
        }
        for (int i = count - 1; i >= 0; i--) {
            out.put(words[i]);
            out.put(words[i] >>> 8);
        }
        return out.toByteArray();
    }

    private void put(char word) {
        if (count == words.length) {
            words = Arrays.copyOf(words, count * 2);
        }
        words[count++] = word;
    }
}
