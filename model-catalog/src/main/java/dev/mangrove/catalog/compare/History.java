package dev.mangrove.catalog.compare;

import dev.mangrove.delta.artifact.DeltaArtifact;
import dev.mangrove.distribution.client.DistributionClient;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.InvalidNameException;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a version grew from, as far back as the registry tells: by the base that its publisher named, else by the base of
 * the deltas that the catalog made, which is the version before.
 */
final class History {
    private static final String BASE_DIGEST = "org.opencontainers.image.base.digest";
    private static final int MAX_TAGS = 500;

    private final DistributionClient registry;
    private final Versions versions;
    private final Location repository;

    History(DistributionClient registry, Location repository) {
        this.registry = registry;
        this.versions = new Versions(registry);
        this.repository = repository;
    }

    /**
     * One version.
     *
     * @param created as the publisher says; empty if it does not
     * @param fullBytes of everything in it
     * @param updateBytes what whoever has the base pays for it; empty if the base is not known, or not there
     */
    record Version(
            ManifestContent manifest,
            Set<Tag> tags,
            Optional<String> version,
            Optional<String> created,
            Optional<Digest> base,
            long fullBytes,
            Optional<Long> updateBytes) {}

    /** The versions, newest first; at most {@code limit}. */
    List<Version> from(ManifestContent newest, int limit) throws IOException {
        Map<Digest, Set<Tag>> tags = tags();
        List<Version> found = new ArrayList<>();
        Set<Digest> seen = new HashSet<>();
        Optional<ManifestContent> next = Optional.of(newest);
        while (next.isPresent() && found.size() < limit && seen.add(next.get().digest())) {
            ManifestContent manifest = next.get();
            Optional<Digest> base = baseOf(manifest);
            next = base.isPresent() ? versions.find(repository, base.get()) : Optional.empty();
            found.add(version(manifest, base, next, tags.getOrDefault(manifest.digest(), Set.of())));
        }
        return found;
    }

    private Version version(
            ManifestContent manifest, Optional<Digest> base, Optional<ManifestContent> before, Set<Tag> tags)
            throws IOException {
        UpdateCost cost = new UpdateCost(versions, repository, false, false);
        // against itself everything is there already, and its sizes are what counts
        long full = FileCost.sizeBytes(cost.of(repository, manifest, manifest));
        Optional<Long> update = before.isPresent()
                ? Optional.of(FileCost.wireBytes(cost.of(repository, before.get(), manifest)))
                : Optional.empty();
        return new Version(
                manifest,
                tags,
                note(manifest, "org.opencontainers.image.version"),
                note(manifest, "org.opencontainers.image.created"),
                base,
                full,
                update);
    }

    private static Optional<String> note(ManifestContent manifest, String key) {
        return Optional.ofNullable(manifest.view().annotations().get(key));
    }

    private Optional<Digest> baseOf(ManifestContent manifest) throws IOException {
        try {
            Optional<Digest> named = note(manifest, BASE_DIGEST).map(Digest::parse);
            if (named.isPresent()) {
                return named;
            }
        } catch (InvalidNameException e) {
            // images of others carry what they like
        }
        return versions.deltasTo(repository, manifest.digest(), Optional.empty()).stream()
                .map(DeltaArtifact::baseManifest)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Map<Digest, Set<Tag>> tags() throws IOException {
        Map<Digest, Set<Tag>> tags = new HashMap<>();
        for (Tag tag : registry.tags(repository, Optional.empty(), MAX_TAGS).orElse(List.of())) {
            Optional<Descriptor> named = registry.head(repository, tag);
            named.ifPresent(manifest -> tags.computeIfAbsent(manifest.digest(), key -> new TreeSet<>())
                    .add(tag));
        }
        return tags;
    }
}
