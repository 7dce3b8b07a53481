package dev.mangrove.proxy.push;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Knows whether anything was read from it: what was not can still be sent elsewhere. */
final class ConsumedStream extends FilterInputStream {
    private boolean touched;

    ConsumedStream(InputStream in) {
        super(in);
    }

    boolean isTouched() {
        return touched;
    }

    @Override
    public int read() throws IOException {
        touched = true;
        return in.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        touched = true;
        return in.read(into, offset, length);
    }
}
