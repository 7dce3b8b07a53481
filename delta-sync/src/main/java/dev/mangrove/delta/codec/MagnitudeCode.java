package dev.mangrove.delta.codec;

/**
 * Splits a signed 32-bit difference into a small symbol, which is entropy coded, and extra low bits, which go raw.
 *
 * <p>Symbol 0 is the value 0. A magnitude m &gt; 0 falls into bucket 0 for m = 1 and else into bucket
 * {@code 2 (b - 2) + 1 + h}, b being the bit length of m and h the bit below its leading one; b - 2 extra bits follow.
 * The symbol is {@code 1 + 2 bucket + (value < 0)}. Two buckets an octave instead of one save about one per cent on
 * differences of a few units, where the distribution inside an octave is far from flat.
 */
public final class MagnitudeCode {
    /** Symbols that a 32-bit difference can take. */
    public static final int MAX_SYMBOLS = symbolsFor(32);

    static final int[] BASE = new int[MAX_SYMBOLS];
    static final byte[] EXTRA = new byte[MAX_SYMBOLS];

    static final int SYMBOL_MASK = 127;

    /** Signed base &lt;&lt; 1 | whether raw bits follow, by symbol; of a length that spares a look at the index. */
    static final long[] SIGNED = new long[SYMBOL_MASK + 1];

    static {
        for (int symbol = 1; symbol < MAX_SYMBOLS; symbol++) {
            int bucket = (symbol - 1) >> 1;
            int extra = bucket == 0 ? 0 : (bucket - 1) >> 1;
            EXTRA[symbol] = (byte) extra;
            BASE[symbol] = bucket == 0 ? 1 : (2 + ((bucket - 1) & 1)) << extra;
            SIGNED[symbol] = (long) valueOf(symbol, 0) << 1 | (extra > 0 ? 1 : 0);
        }
    }

    /** Symbols of small values, which nearly all are. */
    private static final int NEAR = 1 << 11;

    private static final byte[] NEAR_SYMBOLS = new byte[2 * NEAR];

    static {
        for (int value = -NEAR; value < NEAR; value++) {
            NEAR_SYMBOLS[value + NEAR] = (byte) computedSymbol(value);
        }
    }

    private MagnitudeCode() {}

    /** Number of symbols needed for magnitudes of at most {@code bits} bits, 2 to 32. */
    public static int symbolsFor(int bits) {
        return 1 + 2 * (2 * (bits - 2) + 3);
    }

    /** The symbol of a value. */
    public static int symbolOf(int value) {
        int index = value + NEAR;
        return index >= 0 && index < 2 * NEAR ? NEAR_SYMBOLS[index] : computedSymbol(value);
    }

    private static int computedSymbol(int value) {
        if (value == 0) {
            return 0;
        }
        int magnitude = Math.abs(value);
        int sign = value >>> 31;
        if (magnitude == 1) {
            return 1 + sign;
        }
        int length = 32 - Integer.numberOfLeadingZeros(magnitude);
        int half = (magnitude >>> (length - 2)) & 1;
        return 1 + 2 * (2 * (length - 2) + 1 + half) + sign;
    }

    /** Raw bits that follow a symbol. */
    public static int extraBits(int symbol) {
        return EXTRA[symbol];
    }

    /** 1 if raw bits follow a symbol, else 0. */
    static int hasExtraBits(int symbol) {
        return (int) SIGNED[symbol & SYMBOL_MASK] & 1;
    }

    /** The raw bits of a value whose symbol has {@code extra} of them. */
    public static int extraOf(int value, int extra) {
        return Math.abs(value) & ((1 << extra) - 1);
    }

    /** Puts a value together again. */
    public static int valueOf(int symbol, int extra) {
        int magnitude = BASE[symbol] | extra;
        return (symbol & 1) == 0 ? -magnitude : magnitude;
    }
}
