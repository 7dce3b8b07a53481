package dev.mangrove.delta.codec;

import java.util.Arrays;

/**
 * Static frequencies of the symbols in every context of a coder, ready for {@link RansDecoder} and {@link RansEncoder}.
 *
 * <p>In memory: one byte for each context and slot plus four bytes for each context and symbol; see
 * {@link #memoryBytes}. A context without any symbol takes part in neither.
 */
public final class SymbolTables {
    /** Frequencies of one context add up to 2^PRECISION. */
    public static final int PRECISION = 12;

    /** No tables of this format take more memory. */
    public static final long MAX_MEMORY_BYTES = 3 << 20;

    static final int TOTAL = 1 << PRECISION;

    private final int contexts;
    private final int symbols;
    /** start &lt;&lt; 16 | frequency, by context and symbol. */
    final int[] ranges;

    /** Tables of nothing. */
    public static final SymbolTables EMPTY = new SymbolTables(0, 0, new int[0]);

    private byte[] slots = {};

    /** Tables of the given frequencies, laid out by context, then symbol; a context sums to 4096 or to 0. */
    SymbolTables(int contexts, int symbols, int[] frequencies) {
        this.contexts = contexts;
        this.symbols = symbols;
        this.ranges = new int[contexts * symbols];
        for (int context = 0; context < contexts; context++) {
            int start = 0;
            for (int at = context * symbols; at < (context + 1) * symbols; at++) {
                ranges[at] = start << 16 | frequencies[at];
                start += frequencies[at];
            }
        }
    }

    /** Bytes a decoder needs for tables of this shape. */
    public static long memoryBytes(int contexts, int symbols) {
        return (long) contexts * TOTAL + 4L * contexts * symbols;
    }

    /** Number of contexts. */
    public int contexts() {
        return contexts;
    }

    /** Number of symbols in each context. */
    public int symbols() {
        return symbols;
    }

    /** Frequency of a symbol, 0 to 4096. */
    int frequency(int context, int symbol) {
        return ranges[context * symbols + symbol] & 0xffff;
    }

    /** The symbol of every slot, by context; built at first use. */
    byte[] slots() {
        if (slots.length == 0) {
            slots = new byte[contexts * TOTAL];
            for (int at = 0; at < ranges.length; at++) {
                int frequency = ranges[at] & 0xffff;
                int from = (at / symbols) * TOTAL + (ranges[at] >>> 16);
                Arrays.fill(slots, from, from + frequency, (byte) (at % symbols));
            }
        }
        return slots;
    }

    /** Frees what {@link #slots} built; it is built again when needed. */
    public void releaseSlots() {
        slots = new byte[0];
    }

    /** Bits that a histogram of these contexts would cost, without the raw bits; infinite if a symbol is missing. */
    public double bitsFor(int[] histogram) {
        double bits = 0;
        for (int at = 0; at < histogram.length; at++) {
            if (histogram[at] > 0) {
                bits += histogram[at] * BITS[ranges[at] & 0xffff];
            }
        }
        return bits;
    }

    private static final double[] BITS = new double[TOTAL + 1];

    static {
        for (int frequency = 0; frequency <= TOTAL; frequency++) {
            BITS[frequency] = frequency == 0
                    ? Double.POSITIVE_INFINITY
                    : PRECISION - StrictMath.log(frequency) / StrictMath.log(2);
        }
    }
}
