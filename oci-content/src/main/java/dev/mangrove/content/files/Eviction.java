package dev.mangrove.content.files;

import dev.mangrove.content.BlobStat;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
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
    private final Settling settling;

    /**
     * @param keep blobs that must stay: pinned, leased, in use by a fill
     * @param listener told of every blob evicted
     */
    public Eviction(FileStore store, Keep keep, Listener listener) {
        this(store, keep, listener, Settling.sleeping());
    }

    Eviction(FileStore store, Keep keep, Listener listener, Settling settling) {
        this.store = store;
        this.keep = keep;
        this.listener = listener;
        this.settling = settling;
    }

    /**
     * Empties the trash and deletes blobs until {@code bytes} more fit; false if they do not fit although everything that
     * may go is gone. May take as long as {@link Settling} allows.
     */
    public synchronized boolean makeRoom(long bytes) throws IOException {
        Settling.Patience patience = new Settling.Patience(settling);
        settle(bytes, emptyTrash(bytes), patience);
        long lacking = store.lackingBytes(bytes);
        if (lacking > store.usedBytes()) {
            return false; // more than all that is here: nothing would be won by emptying the store
        }
        boolean progress = true;
        while (lacking > 0 && progress) {
            long freed = evictSome(bytes, lacking);
            progress = freed > 0;
            settle(bytes, lacking - freed, patience);
            lacking = store.lackingBytes(bytes);
        }
        return lacking == 0;
    }

    /**
     * Whether {@link #makeRoom} would make that room; deletes no blob, only what is in the trash.
     *
     * @param keeping blobs that must stay besides those that always must
     */
    public synchronized boolean canMakeRoom(long bytes, Set<Digest> keeping) throws IOException {
        long lacking = Math.min(emptyTrash(bytes), store.lackingBytes(bytes));
        long[] evictable = {0};
        if (lacking > 0) {
            store.lastRead((blob, lastRead) -> {
                boolean stays = keeping.contains(blob.digest()) || keep.keeps(blob.digest());
                evictable[0] += stays ? 0 : blob.sizeBytes();
            });
        }
        return evictable[0] >= lacking;
    }

    /** Trash counts as used and is kept for second thoughts, which a cache need not have; tells what should lack now. */
    private long emptyTrash(long bytes) throws IOException {
        long lacking = store.lackingBytes(bytes);
        if (lacking == 0) {
            return 0;
        }
        long before = store.usedBytes();
        boolean emptied = store.emptyTrash(Duration.ZERO) > 0;
        return emptied ? Math.max(0, lacking - Math.max(0, before - store.usedBytes())) : lacking;
    }

    /** Waits until the disk has given back what was deleted, lest more be deleted in its place. */
    private void settle(long bytes, long expectedLacking, Settling.Patience patience) throws IOException {
        while (store.lackingDiskBytes(bytes) > Math.max(0, expectedLacking) && patience.step()) {
            // it may be back now
        }
    }

    /** Deletes as many bytes as lack, and no more, however slow the disk is to show it; tells how many went. */
    private long evictSome(long bytes, long lacking) throws IOException {
        long freed = 0;
        for (Evictable candidate : oldest()) {
            if (freed >= lacking || store.lackingBytes(bytes) == 0) {
                break;
            }
            freed += evict(candidate.blob()) ? candidate.blob().sizeBytes() : 0;
        }
        return freed;
    }

    private List<Evictable> oldest() throws IOException {
        PriorityQueue<Evictable> oldest = new PriorityQueue<>(LAST_TO_GO);
        store.lastRead((blob, lastRead) -> {
            if (!keep.keeps(blob.digest())) {
                oldest.add(new Evictable(blob, lastRead));
                if (oldest.size() > MAX_CANDIDATES) {
                    oldest.poll();
                }
            }
        });
        return oldest.stream().sorted(LAST_TO_GO.reversed()).toList();
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
