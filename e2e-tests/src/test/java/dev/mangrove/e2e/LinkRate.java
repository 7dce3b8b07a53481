package dev.mangrove.e2e;

import java.util.concurrent.locks.LockSupport;

/**
 * One rate for all that a link carries, whatever the number of its connections. Safe for any thread. A link does not rest
 * while who feeds it wakes up late, so as much as that may take is made up for.
 */
final class LinkRate {
    private static final double NANOS = 1e9;
    private static final long LATE_NANOS = 10_000_000;

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
        freeAt = Math.max(freeAt, System.nanoTime() - LATE_NANOS) + (long) (bytes * NANOS / bytesPerSecond);
        return freeAt;
    }
}
