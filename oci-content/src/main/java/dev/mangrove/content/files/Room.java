package dev.mangrove.content.files;

import dev.mangrove.content.ContentException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what the store takes and refuses what would not leave the quota or the reserve intact. */
final class Room {
    private final Disk disk;
    private final Path root;
    private final StoreLimits limits;
    private final AtomicLong used = new AtomicLong();

    Room(Disk disk, Path root, StoreLimits limits) {
        this.disk = disk;
        this.root = root;
        this.limits = limits;
    }

    long usedBytes() {
        return used.get();
    }

    /** Takes room for bytes about to be written; give it back with {@link #release} if they do not stay. */
    void reserve(long bytes) throws IOException {
        long before = used.getAndAdd(bytes);
        if (bytes > limits.quotaBytes() - before) {
            used.addAndGet(-bytes);
            throw new ContentException.OverBudget(
                    "no room for " + bytes + " more bytes: the store's quota of " + limits.quotaBytes()
                            + " bytes is used up; raise store.quota or remove content",
                    null);
        }
        if (limits.reserveBytes() > 0 && disk.freeBytes(root) - bytes < limits.reserveBytes()) {
            used.addAndGet(-bytes);
            throw new ContentException.OverBudget(
                    "no room for " + bytes + " more bytes: the disk must keep " + limits.reserveBytes()
                            + " bytes free (store.reserve); free space on it",
                    null);
        }
    }

    /** Bytes that would have to go before so many more fit; 0 if they fit. */
    long lackingBytes(long more) throws IOException {
        long overQuota = more - (limits.quotaBytes() - used.get());
        return Math.max(overQuota, lackingDiskBytes(more));
    }

    /** Bytes that the disk would have to give back before so many more fit; 0 if they fit. */
    long lackingDiskBytes(long more) throws IOException {
        return limits.reserveBytes() == 0 ? 0 : Math.max(0, limits.reserveBytes() + more - disk.freeBytes(root));
    }

    /** Counts bytes that are there already, found at the start. */
    void occupied(long bytes) {
        used.addAndGet(bytes);
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
    }
}
