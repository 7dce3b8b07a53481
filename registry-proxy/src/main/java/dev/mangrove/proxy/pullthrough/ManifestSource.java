package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.Bounds;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.Origin;
import dev.mangrove.distribution.Resolved;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Pinned;
import dev.mangrove.proxy.upstream.Asking;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** Manifests by digest: from here, else verified from upstream, and then kept. */
final class ManifestSource {
    private static final int MAX_MISSES = 10_000;

    /** How long "no such manifest" is believed; short, so that what is pushed now can be pulled soon. */
    static final Duration MISS_LIFE = Duration.ofSeconds(5);

    private final ManifestShelf shelf;
    private final Asking asking;
    private final KnownBlobs knownBlobs;
    private final WanMeter meter;
    private final Flights<Place, Optional<Resolved>> flights = new Flights<>();
    private final Expiring<Place, Boolean> misses;

    ManifestSource(ManifestShelf shelf, Asking asking, KnownBlobs knownBlobs, WanMeter meter, InstantSource clock) {
        this.shelf = shelf;
        this.asking = asking;
        this.knownBlobs = knownBlobs;
        this.meter = meter;
        this.misses = new Expiring<>(MAX_MISSES, MISS_LIFE, clock);
    }

    /** A digest in a repository. */
    record Place(Location repository, Digest digest) {}

    Optional<Resolved> get(Location repository, Digest digest) throws IOException {
        Optional<Resolved> here = local(repository, digest);
        Place place = new Place(repository, digest);
        if (here.isPresent() || misses.get(place).isPresent()) {
            return here;
        }
        return flights.join(place, () -> fetch(place));
    }

    /** The manifest, if it is here. */
    Optional<Resolved> local(Location repository, Digest digest) throws IOException {
        Optional<ManifestContent> here = shelf.find(repository, digest);
        here.ifPresent(manifest -> knownBlobs.learn(repository, manifest));
        return here.map(manifest -> new Resolved(manifest, Origin.LOCAL, Optional.empty()));
    }

    void bounds(Bounds seen) {
        seen.bounded("manifest_questions", Flights.MAX_OPEN, flights::open);
        seen.bounded("manifest_misses", MAX_MISSES, misses::size);
    }

    /** Forgets what was not there: something was pushed. */
    void forget(Location repository) {
        misses.forget(place -> place.repository().equals(repository));
    }

    private Optional<Resolved> fetch(Place place) throws IOException {
        Optional<Asking.Answer<ManifestContent>> found = asking.first(
                place.repository(), s -> s.upstream().client().manifest(s.remote(), new Pinned(place.digest())));
        if (found.isEmpty()) {
            misses.put(place, true);
            return Optional.empty();
        }
        ManifestContent manifest = found.get().value();
        knownBlobs.learn(place.repository(), manifest);
        Origin origin = found.get().source().upstream().origin();
        meter.received(origin, manifest.raw().length);
        try {
            shelf.keep(place.repository(), manifest);
            return Optional.of(new Resolved(manifest, origin, Optional.empty()));
        } catch (ContentException.OverBudget e) {
            // a full disk keeps nothing new, but what is verified and at hand can be passed on
            return Optional.of(new Resolved(manifest, origin, Optional.of("not kept here: " + e.getMessage())));
        }
    }
}
