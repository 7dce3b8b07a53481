package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.BlobStat;
import dev.mangrove.content.Bounds;
import dev.mangrove.content.log.NameRecord;
import dev.mangrove.content.log.Names;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.proxy.pullthrough.ManifestSource.Place;
import dev.mangrove.proxy.upstream.Asking;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether a blob may be read through a repository: only if that repository's own upstream, asked with the login bound to
 * it, once said that it has the blob. So bytes that one repository brought here are not given to readers of another,
 * even where a manifest of the other names their digest. What was said is recorded, and holds without the upstream.
 */
final class BlobGate {
    private static final int MAX_MISSES = 10_000;

    private final Names names;
    private final Asking asking;
    private final KnownBlobs knownBlobs;
    private final InstantSource clock;
    private final Flights<Place, Optional<BlobStat>> flights = new Flights<>();
    private final Expiring<Place, Boolean> misses;

    /** Bounded by the fills and the questions that are under way. */
    private final ConcurrentHashMap<Place, Recording> recording = new ConcurrentHashMap<>();

    BlobGate(Names names, Asking asking, KnownBlobs knownBlobs, InstantSource clock) {
        this.names = names;
        this.asking = asking;
        this.knownBlobs = knownBlobs;
        this.clock = clock;
        this.misses = new Expiring<>(MAX_MISSES, ManifestSource.MISS_LIFE, clock);
    }

    /** Whether the upstream said so before. */
    Optional<BlobStat> admitted(Place place) throws IOException {
        Recording under = recording.get(place);
        if (under != null) {
            return Optional.of(new BlobStat(place.digest(), under.sizeBytes));
        }
        Optional<NameRecord.BlobLinked> blob = names.blob(place.repository(), place.digest());
        if (blob.isPresent()) {
            return Optional.of(new BlobStat(place.digest(), blob.get().sizeBytes()));
        }
        return names.manifest(place.repository(), place.digest())
                .map(manifest -> new BlobStat(place.digest(), manifest.sizeBytes()));
    }

    /** Whether it may be read, if need be asked of the upstream. */
    Optional<BlobStat> admit(Place place) throws IOException {
        Optional<BlobStat> before = admitted(place);
        if (before.isPresent() || misses.get(place).isPresent()) {
            return before;
        }
        return flights.join(place, () -> ask(place));
    }

    /**
     * Whether a reader may go on: bytes that are here are for those who are admitted. Of a blob of which nothing is here
     * it is enough that its size is known, since the fetch asks the same upstream with the same login.
     */
    boolean admits(Place place, Here here) throws IOException {
        return admitted(place).isPresent() || (here.has(place.digest()) ? admit(place) : sizeOf(place)).isPresent();
    }

    /** Whether bytes of a blob are here, or on their way. */
    @FunctionalInterface
    interface Here {
        boolean has(Digest digest) throws IOException;
    }

    void bounds(Bounds seen) {
        seen.bounded("blob_questions", Flights.MAX_OPEN, flights::open);
        seen.bounded("blob_misses", MAX_MISSES, misses::size);
    }

    /** The size, by whoever can tell it first: it says nothing of the right to read. */
    Optional<BlobStat> sizeOf(Place place) throws IOException {
        Optional<BlobStat> known = admitted(place).or(() -> knownBlobs.find(place));
        return known.isPresent() ? known : admit(place);
    }

    /**
     * Records that the upstream has it: it was asked, or is sending it. Returns before the record is durable, which costs
     * as long as many a transfer; until then it holds in memory. Who needs it to last calls {@link #awaitRecorded}.
     */
    void record(Place place, long sizeBytes) throws IOException {
        if (admitted(place).isEmpty()) {
            Recording mine = new Recording(sizeBytes, new CompletableFuture<>());
            if (recording.putIfAbsent(place, mine) == null) {
                Thread.ofVirtual().name("record " + place).start(() -> append(place, mine));
            }
        }
    }

    private void append(Place place, Recording mine) {
        Optional<Exception> failure = Optional.of(new IllegalStateException("the record was not finished"));
        try {
            names.append(List.of(
                    new NameRecord.BlobLinked(place.repository(), place.digest(), mine.sizeBytes, clock.instant())));
            failure = Optional.empty();
        } catch (IOException | RuntimeException e) {
            failure = Optional.of(e);
        } finally { // whatever happened: somebody may wait
            recording.remove(place, mine);
            mine.done.complete(failure);
        }
    }

    /** Waits for the record of a place that is on its way, if there is one; fails as it failed. */
    void awaitRecorded(Place place) throws IOException {
        Recording last = recording.get(place);
        switch (last == null ? null : last.done.join().orElse(null)) {
            case null -> {}
            case IOException e -> throw e;
            case Exception e -> throw new IOException("the record of " + place + " failed", e);
        }
    }

    /** A record on its way to the disk, and why it did not get there. */
    private record Recording(long sizeBytes, CompletableFuture<Optional<Exception>> done) {}

    /** Records that no upstream has it. */
    void miss(Place place) {
        misses.put(place, true);
        knownBlobs.forget(place);
    }

    /** Forgets what was not there: something was pushed. */
    void forget(Location repository) {
        misses.forget(place -> place.repository().equals(repository));
    }

    private Optional<BlobStat> ask(Place place) throws IOException {
        Optional<BlobStat> found = asking.first(
                        place.repository(), s -> s.upstream().client().stat(s.remote(), place.digest()))
                .map(Asking.Answer::value);
        if (found.isEmpty()) {
            miss(place);
            return found;
        }
        record(place, found.get().sizeBytes());
        return found;
    }
}
