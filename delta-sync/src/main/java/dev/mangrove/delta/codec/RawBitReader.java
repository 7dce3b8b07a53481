package dev.mangrove.delta.codec;

/** Reads what {@link RawBitWriter} wrote; past the end it reads zeros. */
public final class RawBitReader {

    private final byte[] bytes;
    private final int end;
    private int next;
    private long buffer;
    private int available;
    private int[] places = {};

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
        int wide = withoutBits(symbols, values, count);
        int bits = 0;
        for (int i = 0; i < wide; i++) {
            bits += MagnitudeCode.EXTRA[symbols[places[i]]];
        }
        long position = 8L * next - available;
        long after = position + bits;
        if (after <= 8L * end && (after >>> 3) + Long.BYTES <= bytes.length) {
            addBits(symbols, values, wide, position);
            seek(after);
        } else {
            completeSlowly(symbols, values, count);
        }
    }

    /** Values as if all raw bits were zero; where some are to come is noted in the places. */
    private int withoutBits(byte[] symbols, int[] values, int count) {
        if (places.length < count) {
            places = new int[count];
        }
        int[] noted = places;
        int wide = 0;
        for (int i = 0; i < count; i++) {
            long code = MagnitudeCode.SIGNED[symbols[i] & MagnitudeCode.SYMBOL_MASK];
            values[i] = (int) (code >> 1);
            noted[wide] = i;
            wide += (int) code & 1;
        }
        return wide;
    }

    /** No buffer for each value: eight bytes are read anew wherever the next bits are. */
    private void addBits(byte[] symbols, int[] values, int wide, long from) {
        byte[] in = bytes;
        long position = from;
        for (int i = 0; i < wide; i++) {
            int place = places[i];
            int symbol = symbols[place];
            int bits = MagnitudeCode.EXTRA[symbol];
            long word = (long) LittleEndian.LONG.get(in, (int) (position >>> 3)) >>> (position & 7);
            int extra = (int) word & ((1 << bits) - 1);
            position += bits;
            int sign = (symbol & 1) - 1;
            values[place] += (extra ^ sign) - sign;
        }
    }

    private void completeSlowly(byte[] symbols, int[] values, int count) {
        for (int i = 0; i < count; i++) {
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
            long value = next < end ? bytes[next] & 0xffL : 0;
            next++; // past the end as well: it says together with what is available where the next bits are
            buffer |= value << available;
            available += 8;
        }
    }
}
