package dev.mangrove.proxy.plan;

import dev.mangrove.content.Caller;
import dev.mangrove.content.ReadRequest;
import dev.mangrove.content.log.NameRecord.ManifestLinked;
import dev.mangrove.delta.artifact.BlobDelta;
import dev.mangrove.delta.artifact.BlobPair;
import dev.mangrove.distribution.Registry;
import dev.mangrove.distribution.Resolved;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Manifest;
import dev.mangrove.oci.Pinned;
import dev.mangrove.proxy.pullthrough.RoomMaker;
import dev.mangrove.proxy.pullthrough.Shortcut.Wanted;
import java.io.IOException;
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
    private final RoomMaker room;
    private final boolean fullFallback;

    /** @param fullFallback whether the whole blob may be asked for where a delta to it failed or does not fit */
    Planner(
            Registry registry,
            Holdings holdings,
            Offers offers,
            Distrust distrust,
            RoomMaker room,
            boolean fullFallback) {
        this.registry = registry;
        this.holdings = holdings;
        this.offers = offers;
        this.distrust = distrust;
        this.room = room;
        this.fullFallback = fullFallback;
    }

    /** Plans. */
    FillPlan plan(Wanted wanted) throws IOException {
        long missingBytes = wanted.sizeBytes() - wanted.presentBytes();
        FillPlan.Full full = new FillPlan.Full(missingBytes);
        if (!mayHaveDelta(wanted)) {
            return full; // deltas are made by the home catalog, of what is worth it
        }
        Doubts doubts = new Doubts();
        FillPlan best = best(wanted, full, doubts);
        return best instanceof FillPlan.Full && !fullFallback && doubts.first().isPresent()
                ? new FillPlan.Refused(missingBytes, doubts.first().get())
                : best;
    }

    private static boolean mayHaveDelta(Wanted wanted) {
        return wanted.repository().registry().isEmpty()
                && wanted.sizeBytes() - wanted.presentBytes() >= BlobPair.MIN_BYTES;
    }

    /** Whether another version is here, so that a delta to the blob may well exist. */
    boolean holdsAnother(Wanted wanted) throws IOException {
        if (!mayHaveDelta(wanted)) {
            return false;
        }
        List<ManifestLinked> others = holdings.artifacts(wanted.repository()).stream()
                .filter(link -> !link.references().contains(wanted.digest()))
                .toList();
        return holdings.newestHeld(others, wanted.digest()).isPresent();
    }

    /** Why deltas that could have been used were not. */
    private static final class Doubts {
        private Optional<String> first = Optional.empty();

        void add(String why) {
            first = first.isPresent() ? first : Optional.of(why);
        }

        Optional<String> first() {
            return first;
        }
    }

    private FillPlan best(Wanted wanted, FillPlan full, Doubts doubts) throws IOException {
        Location repository = wanted.repository();
        Digest blob = wanted.digest();
        FillPlan best = full;
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
                Search search = new Search(wanted, seen, held, doubts);
                FillPlan found = search.cheapest(target.manifest(), best);
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
        private final Wanted wanted;
        private final Location repository;
        private final Set<Digest> seen;
        private final Optional<Digest> held;
        private final Doubts doubts;

        Search(Wanted wanted, Set<Digest> seen, Optional<Digest> held, Doubts doubts) {
            this.wanted = wanted;
            this.repository = wanted.repository();
            this.seen = seen;
            this.held = held;
            this.doubts = doubts;
        }

        FillPlan cheapest(Digest manifest, FillPlan full) throws IOException {
            List<BlobDelta> deltas = to(manifest, wanted.digest())
                    .filter(delta -> delta.rawSizeBytes() == wanted.sizeBytes())
                    .toList();
            Optional<BlobDelta> direct = nearest(deltas.stream());
            if (direct.isPresent() && (direct.get().from().isPresent() || held.isEmpty())) {
                return better(full, List.of(direct.get()));
            }
            FillPlan best = direct.isPresent() ? better(full, List.of(direct.get())) : full;
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
                    .filter(delta -> delta.to().equals(blob) && isTrusted(delta));
        }

        private boolean isTrusted(BlobDelta delta) {
            boolean trusted = distrust.isTrusted(delta.blob());
            if (!trusted) {
                doubts.add("a delta failed within the last hour");
            }
            return trusted;
        }

        /** The cheapest of those that need no base, or one that is here. */
        private Optional<BlobDelta> nearest(Stream<BlobDelta> deltas) throws IOException {
            Optional<BlobDelta> best = Optional.empty();
            long bestBytes = Long.MAX_VALUE;
            for (BlobDelta delta : deltas.toList()) {
                if (delta.from().isEmpty() || isBase(delta.from().get())) {
                    long bytes = wireBytes(delta);
                    if (bytes < bestBytes) {
                        best = Optional.of(delta);
                        bestBytes = bytes;
                    }
                }
            }
            return best;
        }

        /** What another repository brought here tells of its bytes by what a delta makes of them. */
        private boolean isBase(Digest blob) throws IOException {
            return holdings.has(blob) && isReadable(blob);
        }

        /** Asks an upstream only if none said before that this repository has the blob. */
        private boolean isReadable(Digest blob) throws IOException {
            return registry.blobs()
                    .stat(ReadRequest.whole(blob, repository, Caller.NODE))
                    .isPresent();
        }

        private long wireBytes(BlobDelta delta) throws IOException {
            long bytes = delta.sizeBytes();
            for (BlobDelta.Adapter adapter : delta.adapters()) {
                bytes += holdings.has(adapter.blob()) ? 0 : adapter.sizeBytes();
            }
            return bytes;
        }

        private FillPlan better(FillPlan one, List<BlobDelta> hops) throws IOException {
            long wireBytes = 0;
            for (BlobDelta hop : hops) {
                wireBytes += wireBytes(hop);
            }
            FillPlan.Delta other = new FillPlan.Delta(hops, wireBytes);
            return other.wireBytes() < one.wireBytes() && fits(other) ? other : one;
        }

        private boolean fits(FillPlan.Delta plan) throws IOException {
            long bytes = plan.extraDiskBytes() + (wanted.hasRoom() ? 0 : wanted.sizeBytes());
            boolean fits = room.fits(bytes, plan.bases());
            if (!fits) {
                doubts.add("a delta needs " + bytes
                        + " bytes of room beside its base, for which the store has to be larger");
            }
            return fits;
        }
    }
}
