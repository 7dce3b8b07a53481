package dev.mangrove.proxy.plan;

import dev.mangrove.content.Caller;
import dev.mangrove.content.ContentException;
import dev.mangrove.delta.artifact.BlobDelta;
import dev.mangrove.delta.artifact.DeltaArtifact;
import dev.mangrove.distribution.Registry;
import dev.mangrove.distribution.Resolved;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Pinned;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The deltas that the parent offers to a manifest. Asked for once for all blobs of a pull, so remembered for a moment.
 * Safe for any thread.
 */
final class Offers {
    /** A pull asks for its blobs within that time; a delta made meanwhile is found by the next one. */
    private static final Duration REMEMBERED = Duration.ofSeconds(10);

    private static final int MAX_REMEMBERED = 100;

    /** Delta manifests that are read for one target; each costs a round trip the first time. */
    private static final int MAX_READ = 8;

    private record Place(Location repository, Digest target) {}

    private record Known(Instant at, List<DeltaArtifact> artifacts) {}

    private final Registry registry;
    private final InstantSource clock;
    private final Map<Place, Known> remembered = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Known> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    Offers(Registry registry, InstantSource clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /**
     * All deltas to the blobs of a manifest, those from manifests seen here first.
     *
     * @param held newest manifest of which blobs are here: the parent is told, and may make a delta from it for later
     */
    List<BlobDelta> to(Location repository, Digest target, Optional<Digest> held, Set<Digest> seen) throws IOException {
        Place place = new Place(repository, target);
        Known known = known(place);
        if (known == null || known.at().plus(REMEMBERED).isBefore(clock.instant())) {
            known = new Known(clock.instant(), ask(place, held, seen));
            remember(place, known);
        }
        return known.artifacts().stream()
                .flatMap(artifact -> artifact.deltas().stream())
                .filter(BlobDelta::isReadable)
                .toList();
    }

    /** The manifests that deltas to the target start from. */
    List<Digest> basesOf(Location repository, Digest target) {
        Known known = known(new Place(repository, target));
        return known == null
                ? List.of()
                : known.artifacts().stream()
                        .flatMap(artifact -> artifact.baseManifest().stream())
                        .toList();
    }

    private synchronized @org.jspecify.annotations.Nullable Known known(Place place) {
        return remembered.get(place);
    }

    private synchronized void remember(Place place, Known known) {
        remembered.remove(place);
        remembered.put(place, known);
    }

    private List<DeltaArtifact> ask(Place place, Optional<Digest> held, Set<Digest> seen) throws IOException {
        List<Descriptor> attached = held.isPresent()
                ? registry.referrers(place.repository(), place.target(), held.get(), Caller.NODE)
                : registry.referrers(place.repository(), place.target(), Caller.NODE);
        List<Descriptor> likely = new ArrayList<>();
        List<Descriptor> others = new ArrayList<>();
        for (Descriptor each : attached) {
            if (DeltaArtifact.isDelta(each.artifactType())) {
                Optional<Digest> base = DeltaArtifact.baseOf(each.annotations());
                boolean usable = base.isEmpty() || seen.contains(base.get());
                (usable ? likely : others).add(each);
            }
        }
        likely.addAll(others);
        List<DeltaArtifact> artifacts = new ArrayList<>();
        for (Descriptor each : likely.subList(0, Math.min(MAX_READ, likely.size()))) {
            read(place, each).ifPresent(artifacts::add);
        }
        return artifacts;
    }

    private Optional<DeltaArtifact> read(Place place, Descriptor manifest) throws IOException {
        try {
            return registry.resolve(place.repository(), new Pinned(manifest.digest()), Caller.NODE)
                    .map(Resolved::manifest)
                    .flatMap(DeltaArtifact::of)
                    .filter(artifact -> artifact.target().digest().equals(place.target()));
        } catch (ContentException.Corrupt e) {
            return Optional.empty(); // an offer less
        }
    }
}
