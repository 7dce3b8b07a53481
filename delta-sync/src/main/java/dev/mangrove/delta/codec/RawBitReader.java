package dev.mangrove.delta.codec;

/** Reads what {@link RawBitWriter} wrote; past the end it reads zeros. */
public final class RawBitReader {

    private final byte[] bytes;
    private final int end;
    private int next;
    private long buffer;
    private int available;

    /** Reads {@code length} bytes of the array, from {@code from} on. */
    public RawBitReader(byte[] bytes, int from, int length) {
        this.bytes = bytes;
        this.next = from;
        this.end = from + length;
    }

    /** The next {@code count} bits, 0 to 32. */
    public int read(int count) {
        if (available < count) {
            refill();
        }
        int value = (int) (buffer & ((1L << count) - 1));
        buffer >>>= count;
        available -= count;
        return value;
    }

    /** Puts symbols and the raw bits that belong to them together, see {@link MagnitudeCode}. */
    void complete(byte[] symbols, int[] values, int count) {
        int[] bases = MagnitudeCode.BASE;
        byte[] extras = MagnitudeCode.EXTRA;
        for (int i = 0; i < count; i++) {
            int symbol = symbols[i];
            int magnitude = bases[symbol] | read(extras[symbol]);
            int sign = (symbol & 1) - 1;
            values[i] = (magnitude ^ sign) - sign;
        }
    }

    /** Fills the buffer to at least 56 bits; bytes past the end count as zeros. */
    private void refill() {
        if (next + 8 <= end) {
            buffer |= (long) LittleEndian.LONG.get(bytes, next) << available;
            int taken = (63 - available) >> 3;
            next += taken;
            available += taken << 3;
            buffer &= (1L << available) - 1;
            return;
        }
        while (available <= 48) {
            long value = next < end ? bytes[next++] & 0xffL : 0;
            buffer |= value << available;
            available += 8;
        }
    }
}
