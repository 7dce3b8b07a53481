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
        int quick = 0;
        // Neither a branch nor a buffer for each value: eight bytes are read anew wherever the next bits are.
        long position = 8L * next - available;
        if (next + 4L * count + 8 <= end) {
            int[] bases = MagnitudeCode.BASE;
            byte[] extras = MagnitudeCode.EXTRA;
            byte[] in = bytes;
            for (; quick < count; quick++) {
                int symbol = symbols[quick];
                int bits = extras[symbol];
                long word = (long) LittleEndian.LONG.get(in, (int) (position >>> 3)) >>> (position & 7);
                int magnitude = bases[symbol] | ((int) word & ((1 << bits) - 1));
                position += bits;
                int sign = (symbol & 1) - 1;
                values[quick] = (magnitude ^ sign) - sign;
            }
            seek(position);
        }
        completeSlowly(symbols, values, quick, count);
    }

    private void completeSlowly(byte[] symbols, int[] values, int from, int count) {
        for (int i = from; i < count; i++) {
            int symbol = symbols[i];
            int magnitude = MagnitudeCode.BASE[symbol] | read(MagnitudeCode.EXTRA[symbol]);
            int sign = (symbol & 1) - 1;
            values[i] = (magnitude ^ sign) - sign;
        }
    }

    private void seek(long bit) {
        next = (int) (bit >>> 3);
        buffer = 0;
        available = 0;
        read((int) (bit & 7));
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
