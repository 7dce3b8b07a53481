package dev.mangrove.delta.io;

import java.io.EOFException;
import java.io.IOException;

/** A source over an array. */
record ArraySource(byte[] bytes) implements ByteSource {
    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public void read(long position, byte[] into, int from, int length) throws IOException {
        if (position < 0 || position + length > bytes.length) {
            throw new EOFException("byte " + (position + length) + " of " + bytes.length);
        }
        System.arraycopy(bytes, (int) position, into, from, length);
    }
}
