package dev.mangrove.delta.codec;

import java.util.Arrays;

/**
 * Static frequencies of the symbols in every context of a coder, ready for {@link RansDecoder} and {@link RansEncoder}.
 *
 * <p>The decoder finds the symbol of a slot in two steps: a table of every sixteenth or thirty-second slot gives the
 * symbol there and all that is known of it, and from it the few next ones are tried. With an entry for each slot the
 * tables of a sketch would be megabytes, and nearly every look-up would leave the processor's second cache.
 */
public final class SymbolTables {
    /** Frequencies of one context add up to 2^PRECISION. */
    public static final int PRECISION = 12;

    /** No tables of this format take more memory. */
    public static final long MAX_MEMORY_BYTES = 3 << 20;

    /** Most contexts of one set of tables. */
    public static final int MAX_CONTEXTS = 2048;

    static final int TOTAL = 1 << PRECISION;

    /** An entry is start &lt;&lt; START_BIT | (frequency - 1) &lt;&lt; FREQUENCY_BIT | symbol. */
    static final int START_BIT = 20;

    static final int FREQUENCY_BIT = 8;

    static final int SYMBOL_MASK = (1 << FREQUENCY_BIT) - 1;

    /** Up to here entries for every sixteenth slot fit into the first cache, or nearly. */
    private static final int FEW_CONTEXTS = 32;

    private final int contexts;
    private final int symbols;
    /** start &lt;&lt; 16 | frequency, by context and symbol. */
    final int[] ranges;

    /** Tables of nothing. */
    public static final SymbolTables EMPTY = new SymbolTables(0, 0, new int[0]);

    private int[] entries = {};

    /**
     * Tables of the given frequencies, laid out by context, then symbol; a context sums to 4096 or to 0. The latter have
     * symbol 0 alone, so that damaged input finds a symbol too. At most 256 symbols.
     */
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
            if (start == 0 && symbols > 0) {
                ranges[context * symbols] = TOTAL;
            }
        }
    }

    /** What the format counts against {@link #MAX_MEMORY_BYTES}; no less than a decoder needs, but for the entries. */
    public static long memoryBytes(int contexts, int symbols) {
        return (long) contexts * (contexts > FEW_CONTEXTS ? TOTAL >> 4 : TOTAL) + 4L * contexts * symbols;
    }

    /** An entry stands for 2^this slots. */
    int coarse() {
        return contexts > FEW_CONTEXTS ? 5 : 4;
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

    /** By context, the entry of the symbol at the first slot of each coarse step; built at first use. */
    int[] entries() {
        if (entries.length == 0) {
            int step = 1 << coarse();
            int perContext = TOTAL >> coarse();
            entries = new int[contexts * perContext];
            for (int at = 0; at < ranges.length; at++) {
                int start = ranges[at] >>> 16;
                int end = start + (ranges[at] & 0xffff);
                int context = at / symbols * perContext;
                int from = (start + step - 1) / step;
                int to = (end + step - 1) / step;
                if (from < to) {
                    Arrays.fill(entries, context + from, context + to, entry(at, at % symbols));
                }
            }
        }
        return entries;
    }

    private int entry(int at, int symbol) {
        return ((ranges[at] >>> 16) << START_BIT) | (((ranges[at] & 0xffff) - 1) << FREQUENCY_BIT) | symbol;
    }

    /** The entry of a slot. */
    int entryOf(int context, int slot) {
        int near = entries()[(context << (PRECISION - coarse())) + (slot >>> coarse())];
        return search(context, near & SYMBOL_MASK, slot);
    }

    /** The entry of a slot whose symbol is not before {@code symbol}. */
    int search(int context, int symbol, int slot) {
        int at = context * symbols + symbol;
        while (slot - (ranges[at] >>> 16) >= (ranges[at] & 0xffff)) {
            at++;
        }
        return entry(at, at - context * symbols);
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
