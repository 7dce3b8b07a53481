package dev.mangrove.delta;

import dev.mangrove.delta.io.ByteSource;
import java.io.IOException;

/** A delta that arrives: what was passed over cannot be read again. */
final class Forwards implements ByteSource {
    private final ByteSource bytes;
    private long at;

    Forwards(byte[] bytes) {
        this.bytes = ByteSource.of(bytes);
    }

    @Override
    public long size() {
        return bytes.size();
    }

    @Override
    public void read(long position, byte[] into, int from, int length) throws IOException {
        if (position < at) {
            throw new AssertionError("byte " + position + " is read after " + at);
        }
        bytes.read(position, into, from, length);
        at = position + length;
    }
}
