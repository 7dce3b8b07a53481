package dev.mangrove.catalog.compare;

import dev.mangrove.delta.artifact.BlobDelta;
import dev.mangrove.delta.artifact.BlobPair;
import dev.mangrove.delta.artifact.DeltaArtifact;
import dev.mangrove.delta.artifact.DeltaReport;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Manifest;
import dev.mangrove.oci.ManifestContent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a node that holds one version pays for another: for each blob the cheapest of what it has, the deltas that the
 * registry offers from what it has, and the blob itself. The choice is the one that a node makes when it pulls, as far as
 * one delta goes.
 */
final class UpdateCost {
    private final Versions versions;
    private final Location repository;
    private final boolean tensors;
    private final boolean asking;

    /**
     * @param tensors whether to read what each tensor costs
     * @param asking whether to ask for deltas that are not there yet
     */
    UpdateCost(Versions versions, Location repository, boolean tensors, boolean asking) {
        this.versions = versions;
        this.repository = repository;
        this.tensors = tensors;
        this.asking = asking;
    }

    /** The cost of every file of {@code target}, its manifests included, for whoever holds {@code base}. */
    List<FileCost> of(Location baseRepository, ManifestContent base, ManifestContent target) throws IOException {
        List<ManifestContent> from = versions.images(baseRepository, base);
        List<ManifestContent> to = versions.images(repository, target);
        Set<Digest> held = new HashSet<>(List.of(base.digest()));
        for (ManifestContent image : from) {
            held.add(image.digest());
            blobs(image).forEach(blob -> held.add(blob.digest()));
        }
        List<FileCost> costs = new ArrayList<>();
        for (int i = 0; i < to.size(); i++) {
            Optional<ManifestContent> counterpart =
                    from.size() == to.size() ? Optional.of(from.get(i)) : Optional.empty();
            image(counterpart, to.get(i), held, costs);
        }
        long manifests = to.stream().mapToLong(image -> image.raw().length).sum()
                + (to.contains(target) ? 0 : target.raw().length);
        boolean same = held.contains(target.digest());
        costs.add(new FileCost(
                "(manifests)",
                manifests,
                same ? 0 : manifests,
                same ? FileCost.Way.SAME : FileCost.Way.FULL,
                List.of()));
        return costs;
    }

    private static List<Descriptor> blobs(ManifestContent manifest) {
        if (!(manifest.view() instanceof Manifest.Image image)) {
            return List.of();
        }
        List<Descriptor> blobs = new ArrayList<>(image.layers());
        blobs.addFirst(image.config());
        return blobs;
    }

    private void image(Optional<ManifestContent> base, ManifestContent target, Set<Digest> held, List<FileCost> costs)
            throws IOException {
        Offer offer = held.contains(target.digest()) ? new Offer(List.of(), Set.of()) : offer(base, target);
        for (Descriptor blob : blobs(target)) {
            costs.add(cost(blob, held, offer));
            held.add(blob.digest());
        }
    }

    /**
     * What is known of deltas to one manifest.
     *
     * @param grown blobs that grew from one that the other version has
     */
    private record Offer(List<DeltaArtifact> deltas, Set<Digest> grown) {}

    private Offer offer(Optional<ManifestContent> base, ManifestContent target) throws IOException {
        Set<Digest> grown = Set.of();
        if (base.isPresent()
                && base.get().view() instanceof Manifest.Image old
                && target.view() instanceof Manifest.Image image) {
            grown = BlobPair.of(old, image).stream()
                    .map(pair -> pair.target().digest())
                    .collect(Collectors.toSet());
        }
        Optional<Digest> wanted = asking && !grown.isEmpty() ? base.map(ManifestContent::digest) : Optional.empty();
        return new Offer(versions.deltasTo(repository, target.digest(), wanted), grown);
    }

    private FileCost cost(Descriptor blob, Set<Digest> held, Offer offer) throws IOException {
        String name = nameOf(blob);
        if (held.contains(blob.digest())) {
            return new FileCost(name, blob.sizeBytes(), 0, FileCost.Way.SAME, List.of());
        }
        Optional<Choice> best = Optional.empty();
        for (DeltaArtifact artifact : offer.deltas()) {
            for (BlobDelta delta : artifact.deltas()) {
                boolean usable = delta.to().equals(blob.digest())
                        && delta.isReadable()
                        && delta.from().map(held::contains).orElse(true);
                long wireBytes = wireBytes(delta, held);
                if (usable && wireBytes < best.map(Choice::wireBytes).orElse(blob.sizeBytes())) {
                    best = Optional.of(new Choice(artifact, delta, wireBytes));
                }
            }
        }
        if (best.isPresent()) {
            BlobDelta delta = best.get().delta();
            return new FileCost(
                    name,
                    blob.sizeBytes(),
                    best.get().wireBytes(),
                    delta.from().isPresent() ? FileCost.Way.DELTA : FileCost.Way.COMPRESSED,
                    tensors ? tensors(best.get().artifact(), blob.digest()) : List.of());
        }
        return new FileCost(name, blob.sizeBytes(), blob.sizeBytes(), full(blob, offer), List.of());
    }

    private record Choice(DeltaArtifact artifact, BlobDelta delta, long wireBytes) {}

    /** The delta, and the adapters it needs that are not there. */
    private static long wireBytes(BlobDelta delta, Set<Digest> held) {
        return delta.sizeBytes()
                + delta.adapters().stream()
                        .filter(adapter -> !held.contains(adapter.blob()))
                        .mapToLong(BlobDelta.Adapter::sizeBytes)
                        .sum();
    }

    private static FileCost.Way full(Descriptor blob, Offer offer) {
        if (!offer.grown().contains(blob.digest())) {
            return FileCost.Way.FULL;
        }
        boolean tried =
                offer.deltas().stream().anyMatch(artifact -> artifact.deltas().isEmpty());
        return tried ? FileCost.Way.FULL_ANYWAY : FileCost.Way.FULL_FOR_NOW;
    }

    private List<DeltaReport.TensorCost> tensors(DeltaArtifact artifact, Digest blob) throws IOException {
        return versions.report(repository, artifact).stream()
                .map(DeltaReport::pairs)
                .flatMap(List::stream)
                .filter(pair -> pair.to().equals(blob))
                .map(DeltaReport.Pair::tensors)
                .flatMap(List::stream)
                .sorted(Comparator.comparingLong(DeltaReport.TensorCost::deltaBytes)
                        .reversed())
                .toList();
    }

    private static String nameOf(Descriptor blob) {
        Function<String, Optional<String>> note =
                key -> Optional.ofNullable(blob.annotations().get(key));
        return note.apply("org.cncf.model.filepath")
                .or(() -> note.apply("org.opencontainers.image.title"))
                .orElse(blob.digest().hex().substring(0, 12));
    }
}
