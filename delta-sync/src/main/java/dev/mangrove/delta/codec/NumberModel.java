package dev.mangrove.delta.codec;

/**
 * An adaptive model of signed integers: bit length by a tree, sign, then the bits below the leading one, the first two
 * of them modelled.
 */
public final class NumberModel {
    private static final int LENGTH_BITS = 5;
    private static final int SIGNS = 1 << LENGTH_BITS;
    private static final int HIGH = SIGNS + 32;
    private static final int FLAT = HIGH + 32 * 4;

    private final int[] models = BitModels.create(FLAT + 32);

    /** Codes a value of at most 30 bits. */
    public void encode(BinaryEncoder out, int value) {
        int magnitude = Math.abs(value);
        int length = 32 - Integer.numberOfLeadingZeros(magnitude);
        out.encodeTree(models, 0, LENGTH_BITS, length);
        if (length == 0) {
            return;
        }
        out.encode(models, SIGNS + length, value >>> 31);
        int node = 1;
        for (int shift = length - 2; shift >= 0; shift--) {
            int bit = (magnitude >>> shift) & 1;
            out.encode(models, indexOf(length, shift, node), bit);
            node = node << 1 | bit;
        }
    }

    /** Decodes a value; at most 31 bits of magnitude whatever the input. */
    public int decode(BinaryDecoder in) {
        int length = in.decodeTree(models, 0, LENGTH_BITS);
        if (length == 0) {
            return 0;
        }
        int negative = in.decode(models, SIGNS + length);
        int node = 1;
        for (int shift = length - 2; shift >= 0; shift--) {
            node = node << 1 | in.decode(models, indexOf(length, shift, node));
        }
        return negative == 0 ? node : -node;
    }

    private static int indexOf(int length, int shift, int node) {
        int depth = length - 2 - shift;
        return depth < 2 ? HIGH + length * 4 + (depth == 0 ? 1 : 2 + (node & 1)) : FLAT + shift;
    }
}
