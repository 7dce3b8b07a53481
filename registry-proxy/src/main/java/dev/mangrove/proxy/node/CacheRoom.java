package dev.mangrove.proxy.node;

import dev.mangrove.content.files.Eviction;
import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.log.Names;
import dev.mangrove.observe.Counter;
import dev.mangrove.observe.Metrics;
import dev.mangrove.oci.Digest;
import dev.mangrove.proxy.pullthrough.RoomMaker;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/**
 * Room in the store of a node: what was not read for the longest time goes, and if that is not enough, partial blobs that
 * nobody has touched for a while. What a pin or a lease holds stays, whichever repository it is of. A blob that is read while it goes is read to its end.
 */
final class CacheRoom implements RoomMaker {
    private static final Duration PARTIAL_LEFT_ALONE = Duration.ofHours(1);

    private final FileStore store;
    private final Eviction eviction;

    CacheRoom(FileStore store, Names names, Metrics metrics) {
        this.store = store;
        Counter evicted =
                metrics.counter("mangrove_cache_evictions_total", "Blobs that made room for others.", "reason");
        this.eviction = new Eviction(store, names::isHeld, blob -> evicted.add(1, "quota"));
    }

    @Override
    public boolean makeRoom(long bytes) throws IOException {
        return eviction.makeRoom(bytes) || (store.partials().reap(PARTIAL_LEFT_ALONE) > 0 && eviction.makeRoom(bytes));
    }

    @Override
    public boolean fits(long bytes, Set<Digest> staying) throws IOException {
        return eviction.canMakeRoom(bytes, staying)
                || (store.partials().reap(PARTIAL_LEFT_ALONE) > 0 && eviction.canMakeRoom(bytes, staying));
    }
}
