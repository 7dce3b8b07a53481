package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.BlobStat;
import dev.mangrove.content.Bounds;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.proxy.pullthrough.ManifestSource.Place;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Sizes of blobs that manifests of a repository told lately: enough to answer a HEAD and to begin a fill, not a right to
 * read. A manifest may name any digest; that its repository has the blob is for its upstream to say.
 */
final class KnownBlobs {
    private static final int MAX_BLOBS = 50_000;
    private static final Duration LIFE = Duration.ofHours(1);

    private final Expiring<Place, Long> sizes;

    KnownBlobs(InstantSource clock) {
        this.sizes = new Expiring<>(MAX_BLOBS, LIFE, clock);
    }

    void bounds(Bounds seen) {
        seen.bounded("known_blobs", MAX_BLOBS, sizes::size);
    }

    void learn(Location repository, ManifestContent manifest) {
        for (Descriptor descriptor : ManifestShelf.described(manifest)) {
            if (!descriptor.isForeign()) {
                sizes.put(new Place(repository, descriptor.digest()), descriptor.sizeBytes());
            }
        }
    }

    Optional<BlobStat> find(Place place) {
        return sizes.get(place).map(size -> new BlobStat(place.digest(), size));
    }

    /** The told size turned out wrong. */
    void forget(Place place) {
        sizes.forget(place::equals);
    }
}
