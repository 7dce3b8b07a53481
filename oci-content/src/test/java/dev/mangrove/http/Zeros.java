package dev.mangrove.http;

import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/** Endless zeros, counted. */
final class Zeros extends InputStream {
    private final AtomicLong read = new AtomicLong();
    private volatile boolean closed;

    long readBytes() {
        return read.get();
    }

    boolean closed() {
        return closed;
    }

    @Override
    public int read() {
        read.incrementAndGet();
        return 0;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        java.util.Arrays.fill(target, offset, offset + length, (byte) 0);
        read.addAndGet(length);
        return length;
    }

    @Override
    public void close() {
        closed = true;
    }
}
