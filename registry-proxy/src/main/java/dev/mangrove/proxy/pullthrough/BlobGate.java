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
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether a blob may be read through a repository: only if that repository's own upstream, asked with the login bound to
 * it, once said that it has the blob. So bytes that one repository brought here are not given to readers of another,
 * even where a manifest of the other names their digest. What was said is recorded, and holds without the upstream.
 */
final class BlobGate {
    private static final int MAX_MISSES = 10_000;
    private static final System.Logger LOG = System.getLogger(BlobGate.class.getName());

    private final Names names;
    private final Asking asking;
    private final KnownBlobs knownBlobs;
    private final InstantSource clock;
    private final Flights<Place, Optional<BlobStat>> flights = new Flights<>();
    private final Expiring<Place, Boolean> misses;

    /** Bounded by the fills and the questions that are under way. */
    private final ConcurrentHashMap<Place, Long> recording = new ConcurrentHashMap<>();

    BlobGate(Names names, Asking asking, KnownBlobs knownBlobs, InstantSource clock) {
        this.names = names;
        this.asking = asking;
        this.knownBlobs = knownBlobs;
        this.clock = clock;
        this.misses = new Expiring<>(MAX_MISSES, ManifestSource.MISS_LIFE, clock);
    }

    /** Whether the upstream said so before. */
    Optional<BlobStat> admitted(Place place) throws IOException {
        Optional<NameRecord.BlobLinked> blob = names.blob(place.repository(), place.digest());
        if (blob.isPresent()) {
            return Optional.of(new BlobStat(place.digest(), blob.get().sizeBytes()));
        }
        Long sizeBytes = recording.get(place);
        if (sizeBytes != null) {
            return Optional.of(new BlobStat(place.digest(), sizeBytes));
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
     * Records that the upstream has it: it was asked, or is sending it. Returns before the record is durable, so that no
     * reader waits for a disk; until then it holds in memory, and if it never gets there the upstream is asked again.
     */
    void record(Place place, long sizeBytes) throws IOException {
        if (admitted(place).isEmpty() && recording.putIfAbsent(place, sizeBytes) == null) {
            Thread.ofVirtual().name("record " + place).start(() -> append(place, sizeBytes));
        }
    }

    private void append(Place place, long sizeBytes) {
        try {
            names.append(
                    List.of(new NameRecord.BlobLinked(place.repository(), place.digest(), sizeBytes, clock.instant())));
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "that " + place + " may be read was not recorded", e);
        } finally {
            recording.remove(place);
        }
    }

    /** Whether records are on their way to the disk. */
    boolean isRecording() {
        return !recording.isEmpty();
    }

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
