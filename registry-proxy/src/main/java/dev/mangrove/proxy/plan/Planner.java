package dev.mangrove.proxy.plan;

import dev.mangrove.content.Caller;
import dev.mangrove.content.log.NameRecord.ManifestLinked;
import dev.mangrove.delta.artifact.BlobDelta;
import dev.mangrove.delta.artifact.BlobPair;
import dev.mangrove.distribution.Registry;
import dev.mangrove.distribution.Resolved;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Manifest;
import dev.mangrove.oci.Pinned;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The one place that decides how a blob is had: by the fewest bytes on the wire, from what its repository's manifests, the
 * parent's deltas and the local blobs allow. Safe for any thread.
 */
final class Planner {
    /** Manifests of one repository that may name the blob; the newest are tried. */
    private static final int MAX_TARGETS = 3;

    private final Registry registry;
    private final Holdings holdings;
    private final Offers offers;
    private final Distrust distrust;

    Planner(Registry registry, Holdings holdings, Offers offers, Distrust distrust) {
        this.registry = registry;
        this.holdings = holdings;
        this.offers = offers;
        this.distrust = distrust;
    }

    /**
     * Plans.
     *
     * @param missingBytes what asking for the blob itself would cost
     */
    FillPlan plan(Location repository, Digest blob, long sizeBytes, long missingBytes) throws IOException {
        FillPlan best = new FillPlan.Full(missingBytes);
        if (repository.registry().isPresent() || missingBytes < BlobPair.MIN_BYTES) {
            return best; // deltas are made by the home catalog, of what is worth it
        }
        List<ManifestLinked> artifacts = holdings.artifacts(repository);
        Set<Digest> seen = new HashSet<>();
        artifacts.forEach(link -> seen.add(link.manifest()));
        List<ManifestLinked> targets = artifacts.stream()
                .filter(link -> link.references().contains(blob))
                .limit(MAX_TARGETS)
                .toList();
        for (ManifestLinked target : targets) {
            if (isWorthwhile(repository, target.manifest(), blob)) {
                Optional<Digest> held = holdings.newestHeld(artifacts, target.manifest());
                Search search = new Search(repository, seen, held);
                FillPlan found = search.cheapest(target.manifest(), blob, sizeBytes, best);
                best = found.wireBytes() < best.wireBytes() ? found : best;
            }
        }
        return best;
    }

    /** Whether the manifest's own descriptor of the blob says that it may have a delta: not a compressed layer. */
    private boolean isWorthwhile(Location repository, Digest manifest, Digest blob) throws IOException {
        return registry
                .resolve(repository, new Pinned(manifest), Caller.NODE)
                .map(Resolved::manifest)
                .filter(found -> found.view() instanceof Manifest.Image)
                .stream()
                .flatMap(found -> ((Manifest.Image) found.view()).layers().stream())
                .anyMatch(layer -> layer.digest().equals(blob) && BlobPair.isWorthwhile(layer));
    }

    private final class Search {
        private final Location repository;
        private final Set<Digest> seen;
        private final Optional<Digest> held;

        Search(Location repository, Set<Digest> seen, Optional<Digest> held) {
            this.repository = repository;
            this.seen = seen;
            this.held = held;
        }

        FillPlan cheapest(Digest manifest, Digest blob, long sizeBytes, FillPlan full) throws IOException {
            List<BlobDelta> deltas = to(manifest, blob)
                    .filter(delta -> delta.rawSizeBytes() == sizeBytes)
                    .toList();
            Optional<BlobDelta> direct = nearest(deltas.stream());
            if (direct.isPresent() && (direct.get().from().isPresent() || held.isEmpty())) {
                return better(full, List.of(direct.get()));
            }
            FillPlan best = direct.map(delta -> better(full, List.of(delta))).orElse(full);
            if (held.isEmpty()) {
                return best;
            }
            for (BlobDelta second : deltas) {
                if (second.from().isPresent()) {
                    best = viaIntermediate(manifest, second, second.from().get(), best);
                }
            }
            return best;
        }

        /** Two hops: something here leads to the base of the last one. */
        private FillPlan viaIntermediate(Digest manifest, BlobDelta second, Digest between, FillPlan best)
                throws IOException {
            FillPlan found = best;
            for (Digest middle : offers.basesOf(repository, manifest)) {
                Optional<BlobDelta> first = nearest(to(middle, between))
                        .filter(delta -> delta.from().isPresent());
                if (first.isPresent()) {
                    found = better(found, List.of(first.get(), second));
                }
            }
            return found;
        }

        private Stream<BlobDelta> to(Digest manifest, Digest blob) throws IOException {
            return offers.to(repository, manifest, held, seen).stream()
                    .filter(delta -> delta.to().equals(blob) && distrust.isTrusted(delta.blob()));
        }

        /** The smallest of those that need no base, or one that is here. */
        private Optional<BlobDelta> nearest(Stream<BlobDelta> deltas) throws IOException {
            Optional<BlobDelta> best = Optional.empty();
            for (BlobDelta delta : deltas.sorted(Comparator.comparingLong(BlobDelta::sizeBytes))
                    .toList()) {
                if (best.isEmpty()
                        && (delta.from().isEmpty() || holdings.has(delta.from().get()))) {
                    best = Optional.of(delta);
                }
            }
            return best;
        }

        private static FillPlan better(FillPlan one, List<BlobDelta> hops) {
            FillPlan.Delta other = new FillPlan.Delta(hops);
            return other.wireBytes() < one.wireBytes() ? other : one;
        }
    }
}
