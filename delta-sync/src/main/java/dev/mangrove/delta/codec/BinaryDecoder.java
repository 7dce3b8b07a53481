package dev.mangrove.delta.codec;

/** Reads what {@link BinaryEncoder} wrote. Never fails: past the end it reads zeros. */
public final class BinaryDecoder {
    private final byte[] bytes;
    private final int end;
    private int next;
    private int range = -1;
    private int code;

    /** Reads {@code length} bytes of the array, from {@code from} on. */
    public BinaryDecoder(byte[] bytes, int from, int length) {
        this.bytes = bytes;
        this.next = from;
        this.end = from + length;
        for (int i = 0; i < 4; i++) {
            code = code << 8 | nextByte();
        }
    }

    /** Decodes one bit with the model at {@code index} and teaches it. */
    public int decode(int[] models, int index) {
        int state = models[index];
        int bound = (range >>> 16) * (state >>> 16);
        int bit;
        if (Integer.compareUnsigned(code, bound) < 0) {
            range = bound;
            bit = 0;
        } else {
            code -= bound;
            range -= bound;
            bit = 1;
        }
        models[index] = BitModels.next(state, bit);
        while ((range & 0xff000000) == 0) {
            range <<= 8;
            code = code << 8 | nextByte();
        }
        return bit;
    }

    /** Decodes a number coded by {@link BinaryEncoder#encodeTree}. */
    public int decodeTree(int[] models, int offset, int bits) {
        int node = 1;
        for (int i = 0; i < bits; i++) {
            node = node << 1 | decode(models, offset + node);
        }
        return node - (1 << bits);
    }

    private int nextByte() {
        return next < end ? bytes[next++] & 0xff : 0;
    }
}
