package dev.mangrove.content.files;

import dev.mangrove.oci.Digest;
import java.util.concurrent.locks.ReentrantLock;

/** One lock per digest, striped: what moves a blob's file holds it, readers of an open file do not. */
final class DigestLocks {
    private static final int STRIPES = 256;

    private final ReentrantLock[] locks = new ReentrantLock[STRIPES];

    DigestLocks() {
        for (int i = 0; i < STRIPES; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /** Takes the lock of that digest; close to give it back. */
    Held hold(Digest digest) {
        ReentrantLock lock = locks[Math.floorMod(digest.hashCode(), STRIPES)];
        lock.lock();
        return lock::unlock;
    }

    /** A lock held. */
    @FunctionalInterface
    interface Held extends AutoCloseable {
        @Override
        void close();
    }
}
