package dev.mangrove.delta.codec;

/**
 * Adaptive binary range coder for side information (row classes, factors, frequency tables).
 *
 * <p>A carry-propagating range coder with 32-bit range and 16-bit probabilities, as in LZMA. Each model is one
 * {@code int}: the probability of a zero in the upper 22 bits, a hit count in the lower 10, so that it learns as 1/n at
 * first and as 1/{@link BitModels#LIMIT} later.
 */
public final class BinaryEncoder {
    private final ByteBuilder out = new ByteBuilder(256);
    private long low;
    private int range = -1;
    private int cache;
    private int pending = 1;

    /** Codes one bit with the model at {@code index} and teaches it. */
    public void encode(int[] models, int index, int bit) {
        int state = models[index];
        int bound = (range >>> 16) * (state >>> 16);
        if (bit == 0) {
            range = bound;
        } else {
            low += bound & 0xffffffffL;
            range -= bound;
        }
        models[index] = BitModels.next(state, bit);
        while ((range & 0xff000000) == 0) {
            range <<= 8;
            shiftLow();
        }
    }

    /** Codes a number of {@code bits} bits, highest first, with a tree of 2^bits models from {@code offset} on. */
    public void encodeTree(int[] models, int offset, int bits, int value) {
        int node = 1;
        for (int shift = bits - 1; shift >= 0; shift--) {
            int bit = (value >>> shift) & 1;
            encode(models, offset + node, bit);
            node = node << 1 | bit;
        }
    }

    /** Ends the stream. Trailing zero bytes are dropped: the decoder reads zeros past the end. */
    public byte[] finish() {
        for (int i = 0; i < 5; i++) {
            shiftLow();
        }
        byte[] all = out.toByteArray();
        int length = all.length;
        while (length > 0 && all[length - 1] == 0) {
            length--;
        }
        return java.util.Arrays.copyOf(all, length);
    }

    private void shiftLow() {
        if (low < 0xff000000L || low > 0xffffffffL) {
            int carry = (int) (low >>> 32);
            int value = cache;
            do {
                if (started) {
                    out.put(value + carry);
                }
                started = true;
                value = 0xff;
            } while (--pending != 0);
            cache = (int) (low >>> 24) & 0xff;
        }
        pending++;
        low = (low & 0x00ffffffL) << 8;
    }

    /** The very first byte of such a stream is always zero and is not written. */
    private boolean started;
}
