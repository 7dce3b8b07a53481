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
        while (filled >= 8) {
            out.put((int) buffer);
            buffer >>>= 8;
            filled -= 8;
        }
    }

    /** Pads the last byte with zeros and returns everything. */
    public byte[] finish() {
        if (filled > 0) {
            out.put((int) buffer);
            buffer = 0;
            filled = 0;
        }
        return out.toByteArray();
    }
}
