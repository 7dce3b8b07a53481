package dev.mangrove.catalog.delta;

import dev.mangrove.content.Caller;
import dev.mangrove.delta.artifact.BlobPair;
import dev.mangrove.distribution.Registry;
import dev.mangrove.distribution.Resolved;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Manifest;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Pinned;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The images behind a manifest: itself, or those that it lists. */
final class Images {
    private static final int MAX_LISTED = 64;
    private static final String MODEL_TYPE = "application/vnd.cncf.model.manifest.v1+json";
    private static final String MODEL_CONFIG = "application/vnd.cncf.model.config.v1+json";

    private final Registry registry;

    Images(Registry registry) {
        this.registry = registry;
    }

    /** An image of the target, and the one of the base that has its place. */
    record Pair(Optional<ManifestContent> base, ManifestContent target) {
        Manifest.Image image() {
            return (Manifest.Image) target.view();
        }

        /** Pairs of blobs worth a delta. */
        List<BlobPair> blobs() {
            return base.isPresent() && base.get().view() instanceof Manifest.Image old
                    ? BlobPair.of(old, image())
                    : List.of();
        }
    }

    /** Whether a push of that manifest is a release whose lineage matters: of a model, or of an image that carries one. */
    boolean isModel(Location repository, ManifestContent manifest) throws IOException {
        if (manifest.view().subject().isPresent()) {
            return false;
        }
        for (ManifestContent each : listed(repository, manifest)) {
            if (each.view() instanceof Manifest.Image image
                    && (isModelArtifact(image) || image.layers().stream().anyMatch(BlobPair::isWorthwhile))) {
                return true;
            }
        }
        return false;
    }

    static boolean isModelArtifact(Manifest.Image image) {
        return image.artifactType().filter(MODEL_TYPE::equals).isPresent()
                || image.config().mediaType().value().equals(MODEL_CONFIG);
    }

    /** The images of the target, each with its counterpart in the base: the one at the same place. */
    List<Pair> pairs(Location repository, Optional<Digest> base, Digest target) throws IOException {
        List<ManifestContent> from = base.isEmpty() ? List.of() : listed(repository, base.get());
        List<ManifestContent> to = listed(repository, target);
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < to.size(); i++) {
            if (to.get(i).view() instanceof Manifest.Image) {
                Optional<ManifestContent> counterpart =
                        from.size() == to.size() ? Optional.of(from.get(i)) : Optional.empty();
                pairs.add(new Pair(counterpart, to.get(i)));
            }
        }
        return pairs;
    }

    private List<ManifestContent> listed(Location repository, Digest digest) throws IOException {
        Optional<ManifestContent> found = find(repository, digest);
        return found.isEmpty() ? List.of() : listed(repository, found.get());
    }

    private List<ManifestContent> listed(Location repository, ManifestContent manifest) throws IOException {
        if (!(manifest.view() instanceof Manifest.Index index)) {
            return List.of(manifest);
        }
        List<ManifestContent> images = new ArrayList<>();
        for (Descriptor each : index.manifests()) {
            if (images.size() < MAX_LISTED) {
                find(repository, each.digest()).ifPresent(images::add);
            }
        }
        return images;
    }

    private Optional<ManifestContent> find(Location repository, Digest digest) throws IOException {
        return registry.resolve(repository, new Pinned(digest), Caller.NODE).map(Resolved::manifest);
    }
}
