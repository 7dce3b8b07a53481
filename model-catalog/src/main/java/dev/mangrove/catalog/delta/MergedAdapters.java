package dev.mangrove.catalog.delta;

import dev.mangrove.content.BlobStat;
import dev.mangrove.content.BlobStore;
import dev.mangrove.content.Caller;
import dev.mangrove.delta.artifact.BlobDelta;
import dev.mangrove.delta.artifact.DeltaNames;
import dev.mangrove.delta.tensor.TensorFiles;
import dev.mangrove.distribution.Registry;
import dev.mangrove.distribution.Resolved;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.InvalidNameException;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Manifest;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Pinned;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The low-rank adapters that publishers say were merged into their models. */
final class MergedAdapters {
    private final Registry registry;
    private final OwnBlobs own;
    private final BlobStore store;

    MergedAdapters(Registry registry, BlobStore store) {
        this.registry = registry;
        this.own = new OwnBlobs(registry);
        this.store = store;
    }

    /** The manifest of the adapter that a model names; empty if it names none, or nothing that could be one. */
    static Optional<Digest> namedBy(ManifestContent model) {
        try {
            return Optional.ofNullable(model.view().annotations().get(DeltaNames.MERGED_ADAPTER))
                    .map(Digest::parse);
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
    }

    /** The files with tensors of the adapter that a model names, if its repository has it. */
    List<BlobDelta.Adapter> of(Location repository, ManifestContent model) throws IOException {
        Optional<Digest> named = namedBy(model);
        if (named.isEmpty()) {
            return List.of();
        }
        List<BlobDelta.Adapter> adapters = new ArrayList<>();
        for (Descriptor layer : layers(repository, named.get())) {
            Optional<BlobStat> stat = own.stat(repository, layer.digest());
            if (adapters.size() < BlobDelta.MAX_ADAPTERS && stat.isPresent() && hasTensors(layer.digest())) {
                adapters.add(new BlobDelta.Adapter(layer.digest(), stat.get().sizeBytes()));
            }
        }
        return adapters;
    }

    private List<Descriptor> layers(Location repository, Digest manifest) throws IOException {
        return registry.resolve(repository, new Pinned(manifest), Caller.NODE)
                .map(Resolved::manifest)
                .filter(found -> found.view() instanceof Manifest.Image)
                .map(found -> ((Manifest.Image) found.view()).layers())
                .orElse(List.of());
    }

    private boolean hasTensors(Digest blob) throws IOException {
        return StoredBlob.lend(
                store, blob, bytes -> !TensorFiles.map(bytes).tensors().isEmpty());
    }
}
