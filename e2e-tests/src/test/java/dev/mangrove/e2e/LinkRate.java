package dev.mangrove.e2e;

import java.util.concurrent.locks.LockSupport;

/** One rate for all that a link carries, whatever the number of its connections. Safe for any thread. */
final class LinkRate {
    private static final double NANOS = 1e9;

    private final double bytesPerSecond;
    private long freeAt = System.nanoTime();

    LinkRate(long bitsPerSecond) {
        this.bytesPerSecond = bitsPerSecond / 8.0;
    }

    /** Waits until the link has carried these bytes after everything that came before them. */
    void carry(int bytes) {
        long end = reserve(bytes);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private synchronized long reserve(int bytes) {
        freeAt = Math.max(freeAt, System.nanoTime()) + (long) (bytes * NANOS / bytesPerSecond);
        return freeAt;
    }
}
