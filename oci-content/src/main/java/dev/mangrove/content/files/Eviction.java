package dev.mangrove.content.files;

import dev.mangrove.content.BlobStat;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Makes room in a store that is a cache: the blobs that were not read for the longest time go first, small ones (mostly
 * manifests and configs, without which a cut-off site cannot pull what it has) only when nothing large is left. Safe for
 * any thread; threads that need room at the same time take turns.
 */
public final class Eviction {
    /** Most blobs considered in one walk through the store: bounds memory, not what can be evicted. */
    private static final int MAX_CANDIDATES = 10_000;

    private static final Comparator<Evictable> LAST_TO_GO = Comparator.comparing(Evictable::isSmall)
            .thenComparingLong(Evictable::lastReadMillis)
            .reversed();

    private final FileStore store;
    private final Keep keep;
    private final Listener listener;

    /**
     * @param keep blobs that must stay: pinned, leased, in use by a fill
     * @param listener told of every blob evicted
     */
    public Eviction(FileStore store, Keep keep, Listener listener) {
        this.store = store;
        this.keep = keep;
        this.listener = listener;
    }

    /** Deletes blobs until {@code bytes} more fit; false if they do not fit although everything that may go is gone. */
    public synchronized boolean makeRoom(long bytes) throws IOException {
        if (store.lackingBytes(bytes) > store.usedBytes()) {
            return false; // more than all that is here: nothing would be won by emptying the store
        }
        boolean progress = true;
        while (store.lackingBytes(bytes) > 0 && progress) {
            progress = evictSome(bytes);
        }
        return store.lackingBytes(bytes) == 0;
    }

    /**
     * Whether {@link #makeRoom} would make that room; deletes nothing.
     *
     * @param keeping blobs that must stay besides those that always must
     */
    public synchronized boolean canMakeRoom(long bytes, Set<Digest> keeping) throws IOException {
        long lacking = store.lackingBytes(bytes);
        long[] evictable = {0};
        if (lacking > 0) {
            store.lastRead((blob, lastRead) -> {
                boolean stays = keeping.contains(blob.digest()) || keep.keeps(blob.digest());
                evictable[0] += stays ? 0 : blob.sizeBytes();
            });
        }
        return evictable[0] >= lacking;
    }

    private boolean evictSome(long bytes) throws IOException {
        PriorityQueue<Evictable> oldest = new PriorityQueue<>(LAST_TO_GO);
        store.lastRead((blob, lastRead) -> {
            if (!keep.keeps(blob.digest())) {
                oldest.add(new Evictable(blob, lastRead));
                if (oldest.size() > MAX_CANDIDATES) {
                    oldest.poll();
                }
            }
        });
        boolean evicted = false;
        for (Evictable candidate : oldest.stream().sorted(LAST_TO_GO.reversed()).toList()) {
            if (store.lackingBytes(bytes) == 0) {
                break;
            }
            evicted |= evict(candidate.blob());
        }
        return evicted;
    }

    private boolean evict(BlobStat blob) throws IOException {
        Digest digest = blob.digest();
        if (keep.keeps(digest) || !store.discard(digest) || !store.deleteDiscarded(digest)) {
            return false;
        }
        listener.evicted(blob);
        return true;
    }

    private record Evictable(BlobStat blob, long lastReadMillis) {
        boolean isSmall() {
            return blob.sizeBytes() <= Leaf.SIZE_BYTES;
        }
    }

    /** Which blobs must stay. */
    @FunctionalInterface
    public interface Keep {
        boolean keeps(Digest digest) throws IOException;
    }

    /** Hears what went. */
    @FunctionalInterface
    public interface Listener {
        void evicted(BlobStat blob) throws IOException;
    }
}
