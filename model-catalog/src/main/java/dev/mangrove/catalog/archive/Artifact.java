package dev.mangrove.catalog.archive;

import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Manifest;
import dev.mangrove.oci.ManifestContent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that a manifest needs, itself included.
 *
 * @param manifests each after those it lists; the artifact's own is the last
 * @param blobs configs and layers by digest, in the order in which they are named
 * @param absent manifests that an index lists and that are not to be had, for example of other platforms
 */
record Artifact(List<ManifestContent> manifests, Map<Digest, Descriptor> blobs, List<Descriptor> absent) {
    Artifact {
        manifests = List.copyOf(manifests);
    }

    ManifestContent top() {
        return manifests.getLast();
    }

    /** Bytes of all blobs. */
    long blobBytes() {
        return blobs.values().stream().mapToLong(Descriptor::sizeBytes).sum();
    }

    /** Where manifests come from. */
    @FunctionalInterface
    interface Source {
        /** The manifest described, its bytes checked; empty if it is not there. */
        java.util.Optional<ManifestContent> find(Descriptor descriptor) throws java.io.IOException;
    }

    /** Follows an artifact down to its blobs. */
    static Artifact collect(Descriptor top, Source source) throws java.io.IOException {
        Collection collection = new Collection(source);
        collection.visit(top, 0);
        return new Artifact(
                List.copyOf(collection.manifests.values()), collection.blobs, List.copyOf(collection.absent));
    }

    private static final class Collection {
        private static final int MAX_DEPTH = 8;
        private static final int MAX_MANIFESTS = 10_000;

        private final Source source;
        private final Map<Digest, ManifestContent> manifests = new LinkedHashMap<>();
        private final Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
        private final List<Descriptor> absent = new ArrayList<>();

        Collection(Source source) {
            this.source = source;
        }

        void visit(Descriptor descriptor, int depth) throws java.io.IOException {
            if (depth > MAX_DEPTH || manifests.size() >= MAX_MANIFESTS) {
                throw Refused.because("its indexes list indexes without end");
            }
            if (manifests.containsKey(descriptor.digest())) {
                return;
            }
            java.util.Optional<ManifestContent> found = source.find(descriptor);
            if (found.isEmpty()) {
                absent.add(descriptor);
                return;
            }
            switch (found.get().view()) {
                case Manifest.Index index -> {
                    for (Descriptor child : index.manifests()) {
                        visit(child, depth + 1);
                    }
                }
                case Manifest.Image image -> {
                    add(image.config());
                    image.layers().forEach(this::add);
                }
                case Manifest.Unknown unknown -> {}
            }
            manifests.put(descriptor.digest(), found.get());
        }

        private void add(Descriptor blob) {
            if (!blob.isForeign()) {
                blobs.putIfAbsent(blob.digest(), blob);
            }
        }
    }
}
