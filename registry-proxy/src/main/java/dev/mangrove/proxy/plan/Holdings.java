package dev.mangrove.proxy.plan;

import dev.mangrove.content.BlobStat;
import dev.mangrove.content.BlobStore;
import dev.mangrove.content.files.PartialBlobs;
import dev.mangrove.content.log.NameRecord.ManifestLinked;
import dev.mangrove.content.log.Names;
import dev.mangrove.delta.artifact.BlobPair;
import dev.mangrove.delta.artifact.DeltaArtifact;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What is here: the manifests seen of a repository, and which blobs the store has. */
final class Holdings {
    private static final int MAX_MANIFESTS = 10_000;

    private final Names names;
    private final BlobStore store;
    private final PartialBlobs partials;

    Holdings(Names names, BlobStore store, PartialBlobs partials) {
        this.names = names;
        this.store = store;
        this.partials = partials;
    }

    boolean has(Digest blob) throws IOException {
        return held(blob).isPresent();
    }

    /** In the store, or about to be: whoever read it last may be asking for its next version already. */
    private Optional<BlobStat> held(Digest blob) throws IOException {
        Optional<BlobStat> stat = store.stat(blob);
        if (stat.isPresent()) {
            return stat;
        }
        partials.awaitCommit(blob);
        return store.stat(blob);
    }

    /** Manifests of models and images, deltas and other attachments apart, those seen last first. */
    List<ManifestLinked> artifacts(Location repository) throws IOException {
        return names.manifests(repository, MAX_MANIFESTS).stream()
                .filter(link -> link.subject().isEmpty() && !DeltaArtifact.isDelta(link.artifactType()))
                .sorted(Comparator.comparing(ManifestLinked::at).reversed())
                .toList();
    }

    /** The manifest seen last, other than the target, of which a blob worth a delta is here. */
    Optional<Digest> newestHeld(List<ManifestLinked> artifacts, Digest target) throws IOException {
        for (ManifestLinked link : artifacts) {
            if (!link.manifest().equals(target) && holdsAny(link.references())) {
                return Optional.of(link.manifest());
            }
        }
        return Optional.empty();
    }

    private boolean holdsAny(List<Digest> blobs) throws IOException {
        for (Digest blob : blobs) {
            Optional<BlobStat> stat = held(blob);
            if (stat.isPresent() && stat.get().sizeBytes() >= BlobPair.MIN_BYTES) {
                return true;
            }
        }
        return false;
    }
}
