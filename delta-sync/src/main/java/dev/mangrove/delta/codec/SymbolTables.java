package dev.mangrove.delta.codec;

import java.util.Arrays;

/**
 * Static frequencies of the symbols in every context of a coder, ready for {@link RansDecoder} and {@link RansEncoder}.
 *
 * <p>The decoder finds the symbol of a slot in two steps where there are many contexts: a table of every sixteenth slot
 * gives the symbol there, and from it the few next ones are tried. With one byte for each slot the tables of a sketch would be two megabytes, and nearly
 * every look-up would leave the processor's second cache.
 */
public final class SymbolTables {
    /** Frequencies of one context add up to 2^PRECISION. */
    public static final int PRECISION = 12;

    /** No tables of this format take more memory. */
    public static final long MAX_MEMORY_BYTES = 3 << 20;

    /** Most contexts of one set of tables. */
    public static final int MAX_CONTEXTS = 2048;

    static final int TOTAL = 1 << PRECISION;

    static final int COARSE = 4;

    /** Up to here a byte for each slot does no harm. */
    private static final int FEW_CONTEXTS = 32;

    private final int contexts;
    private final int symbols;
    /** start &lt;&lt; 16 | frequency, by context and symbol. */
    final int[] ranges;

    /** Tables of nothing. */
    public static final SymbolTables EMPTY = new SymbolTables(0, 0, new int[0]);

    private final int shift;
    private byte[] slots = {};

    /**
     * Tables of the given frequencies, laid out by context, then symbol; a context sums to 4096 or to 0. The latter have
     * symbol 0 alone, so that damaged input finds a symbol too.
     */
    SymbolTables(int contexts, int symbols, int[] frequencies) {
        this.contexts = contexts;
        this.symbols = symbols;
        this.ranges = new int[contexts * symbols];
        this.shift = shiftFor(contexts);
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

    /** Bytes a decoder needs for tables of this shape. */
    public static long memoryBytes(int contexts, int symbols) {
        return (long) contexts * (TOTAL >> shiftFor(contexts)) + 4L * contexts * symbols;
    }

    private static int shiftFor(int contexts) {
        return contexts > FEW_CONTEXTS ? COARSE : 0;
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

    /** Whether {@link #slots} has only every 2^{@link #COARSE}-th slot. */
    boolean isCoarse() {
        return shift == COARSE;
    }

    /** The symbol of every slot, or of some, by context; built at first use. */
    byte[] slots() {
        if (slots.length == 0) {
            int perContext = TOTAL >> shift;
            slots = new byte[contexts * perContext];
            for (int at = 0; at < ranges.length; at++) {
                int start = ranges[at] >>> 16;
                int end = start + (ranges[at] & 0xffff);
                int from = (start + (1 << shift) - 1) >> shift;
                int to = (end + (1 << shift) - 1) >> shift;
                int context = at / symbols * perContext;
                Arrays.fill(slots, context + from, context + to, (byte) (at % symbols));
            }
        }
        return slots;
    }

    /** The symbol of the slot, or one shortly before it. */
    int symbolNear(int context, int slot) {
        return slots()[(context << (PRECISION - shift)) + (slot >>> shift)] & 0xff;
    }

    /** The symbol of a slot, which is not before {@code symbol}. */
    int search(int context, int symbol, int slot) {
        int at = context * symbols + symbol;
        while (slot - (ranges[at] >>> 16) >= (ranges[at] & 0xffff)) {
            at++;
        }
        return at - context * symbols;
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
