package dev.mangrove.content.log;

import dev.mangrove.content.BlobStat;
import dev.mangrove.content.BlobStore;
import dev.mangrove.content.Trash;
import dev.mangrove.content.log.NameRecord.BlobLinked;
import dev.mangrove.content.log.NameRecord.BlobUnlinked;
import dev.mangrove.content.log.NameRecord.ManifestLinked;
import dev.mangrove.content.log.NameRecord.ManifestUnlinked;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Online garbage collection. First, repository by repository, links that no live manifest needs are taken back; then
 * blobs that nothing links and nothing holds go to the trash.
 *
 * <p>Why a concurrent push loses nothing: a link is taken back in the names log's own order, and only if since the mark
 * no manifest was linked in that repository; a lease that came meanwhile is seen in the same step. A blob goes only if it
 * was not touched for {@link #GRACE} and is not live, asked under its lock; whoever links it a moment later retains it,
 * which brings it back.
 */
public final class Sweep {
    /** Longer than anyone takes between the commit of a blob and the record that names it. */
    static final Duration GRACE = Duration.ofHours(1);

    private static final int PAGE = 1000;

    private final FollowingNames names;
    private final BlobStore blobs;
    private final Trash trash;
    private final InstantSource clock;
    private final Optional<Duration> untaggedAge;

    /**
     * @param untaggedAge after that time manifests go that have no tag, no live subject and no live index around them;
     *     empty: a manifest stays until it is deleted
     */
    public Sweep(
            FollowingNames names, BlobStore blobs, Trash trash, InstantSource clock, Optional<Duration> untaggedAge) {
        this.names = names;
        this.blobs = blobs;
        this.trash = trash;
        this.clock = clock;
        this.untaggedAge = untaggedAge;
    }

    /** Sweeps once; one at a time, beside any number of pushes and pulls. */
    public Swept run() throws IOException {
        int links = 0;
        Optional<String> after = Optional.empty();
        List<Location> page = names.repositories(after, PAGE);
        while (!page.isEmpty()) {
            for (Location repository : page) {
                links += sweep(repository);
            }
            page = names.repositories(Optional.of(page.getLast().toString()), PAGE);
        }
        return sweepBlobs(links);
    }

    private int sweep(Location repository) throws IOException {
        long seen = names.position();
        Set<Digest> live = new HashSet<>();
        int taken = 0;
        for (ManifestLinked manifest : deadManifests(repository, live)) {
            taken += takeBack(
                    repository,
                    manifest.manifest(),
                    seen,
                    new ManifestUnlinked(repository, manifest.manifest(), clock.instant()));
        }
        Optional<Digest> after = Optional.empty();
        List<BlobLinked> page = names.blobs(repository, after, PAGE);
        while (!page.isEmpty()) {
            for (BlobLinked blob : page) {
                if (!live.contains(blob.blob()) && isOld(blob.at(), GRACE)) {
                    taken += takeBack(
                            repository, blob.blob(), seen, new BlobUnlinked(repository, blob.blob(), clock.instant()));
                }
            }
            page = names.blobs(repository, Optional.of(page.getLast().blob()), PAGE);
        }
        return taken;
    }

    private int takeBack(Location repository, Digest digest, long seen, NameRecord unlink) throws IOException {
        boolean taken = names.appendIf(
                () -> !names.hasManifestLinkedAfter(repository, seen) && !names.isHeld(repository, digest),
                List.of(unlink));
        return taken ? 1 : 0;
    }

    /** Marks what the live manifests of a repository name, and returns the dead manifests. */
    private List<ManifestLinked> deadManifests(Location repository, Set<Digest> live) throws IOException {
        List<ManifestLinked> waiting = new ArrayList<>();
        Optional<Digest> after = Optional.empty();
        List<ManifestLinked> page = names.manifests(repository, after, PAGE);
        while (!page.isEmpty()) {
            for (ManifestLinked manifest : page) {
                if (isRoot(manifest)) {
                    mark(manifest, live);
                } else {
                    waiting.add(manifest);
                }
            }
            page = names.manifests(repository, Optional.of(page.getLast().manifest()), PAGE);
        }
        boolean found = true;
        while (found) { // what a live manifest names, or what is attached to one, is live, and so on
            found = waiting.removeIf(manifest -> {
                boolean reached = live.contains(manifest.manifest())
                        || manifest.subject().filter(live::contains).isPresent();
                if (reached) {
                    mark(manifest, live);
                }
                return reached;
            });
        }
        return waiting;
    }

    private boolean isRoot(ManifestLinked manifest) throws IOException {
        return untaggedAge.isEmpty()
                || !isOld(manifest.at(), untaggedAge.get())
                || !names.tagsOf(manifest.repository(), manifest.manifest(), 1).isEmpty()
                || names.isHeld(manifest.repository(), manifest.manifest());
    }

    private static void mark(ManifestLinked manifest, Set<Digest> live) {
        live.add(manifest.manifest());
        live.addAll(manifest.references());
    }

    private boolean isOld(Instant at, Duration age) {
        return at.plus(age).isBefore(clock.instant());
    }

    private Swept sweepBlobs(int links) throws IOException {
        int discarded = 0;
        long bytes = 0;
        try (Stream<BlobStat> all = blobs.list()) {
            for (BlobStat blob : (Iterable<BlobStat>) all::iterator) {
                if (!names.isLive(blob.digest())
                        && trash.discardIf(blob.digest(), GRACE, () -> !names.isLive(blob.digest()))) {
                    discarded++;
                    bytes += blob.sizeBytes();
                }
            }
        }
        return new Swept(links, discarded, bytes);
    }

    /** What one run did: links taken back, blobs moved to the trash, and their bytes. */
    public record Swept(int links, int blobs, long bytes) {}
}
