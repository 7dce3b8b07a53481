package dev.mangrove.delta.codec;

/** Raw bits, least significant first. */
public final class RawBitWriter {
    private final ByteBuilder out = new ByteBuilder(1024);
    private long buffer;
    private int filled;

    /** Appends the low {@code count} bits of a value, 0 to 32. */
    public void write(int value, int count) {
        buffer |= (value & ((1L << count) - 1)) << filled;
        filled += count;
        if (filled >= 32) {
            out.putInt((int) buffer);
            buffer >>>= 32;
            filled -= 32;
        }
    }

    /** Pads the last byte with zeros and returns everything. */
    public byte[] finish() {
        for (; filled > 0; filled -= 8) {
            out.put((int) buffer);
            buffer >>>= 8;
        }
        filled = 0;
        return out.toByteArray();
    }
}
