package dev.mangrove.catalog;

import dev.mangrove.content.Housekeeping.Chore;
import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.log.FollowingNames;
import dev.mangrove.content.log.Sweep;
import dev.mangrove.observe.Counter;
import dev.mangrove.observe.Metrics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What a catalog does to its store beside serving it. */
final class Upkeep {
    /** A session that nobody wrote to for so long is not coming back. */
    private static final Duration UPLOAD_IDLE = Duration.ofHours(24);

    private static final Duration TRASH_KEPT = Duration.ofHours(24);

    private Upkeep() {}

    /**
     * How often the store is tidied.
     *
     * @param sweep how often it is searched for what nobody links; costs a look at every link and every blob
     */
    record Rhythm(Duration chores, Duration sweep) {
        static final Rhythm USUAL = new Rhythm(Duration.ofMinutes(10), Duration.ofHours(1));
    }

    static List<Chore> chores(FileStore store, FollowingNames names) {
        return List.of(
                new Chore("reaping abandoned uploads", () -> store.uploads().reap(UPLOAD_IDLE)),
                new Chore("laying the ballast down again", store.ballast()::lay),
                new Chore("emptying the trash", () -> store.emptyTrash(TRASH_KEPT)),
                new Chore("compacting the names log", names::compactIfLarge));
    }

    /** Collects what nobody links. Manifests without a tag stay: people pull by digest. */
    static Chore sweep(FileStore store, FollowingNames names, InstantSource clock, Metrics metrics) {
        Counter links = metrics.counter("mangrove_garbage_links_total", "Links that no live manifest needed.");
        Counter blobs = metrics.counter("mangrove_garbage_blobs_total", "Blobs that nobody linked, thrown away.");
        Counter bytes = metrics.counter("mangrove_garbage_bytes_total", "Bytes of those blobs.");
        Sweep sweep = new Sweep(names, store, store, clock, Optional.empty());
        return new Chore("collecting garbage", () -> {
            Sweep.Swept swept = sweep.run();
            links.add(swept.links());
            blobs.add(swept.blobs());
            bytes.add(swept.bytes());
        });
    }
}
