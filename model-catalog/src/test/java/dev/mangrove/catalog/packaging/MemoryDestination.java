package dev.mangrove.catalog.packaging;

import dev.mangrove.distribution.client.PushOutcome;
import dev.mangrove.distribution.client.UploadProgress;
import dev.mangrove.distribution.client.UploadSource;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Manifest;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Reference;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A repository in memory that refuses what a registry would refuse. */
final class MemoryDestination implements Destination {
    final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
    final Map<Digest, ManifestContent> manifests = new ConcurrentHashMap<>();
    final Map<Tag, Digest> tags = new ConcurrentHashMap<>();

    @Override
    public boolean has(Digest blob) {
        return blobs.containsKey(blob);
    }

    @Override
    public PushOutcome push(UploadSource blob, UploadProgress progress) throws IOException {
        if (has(blob.digest())) {
            return PushOutcome.ALREADY_THERE;
        }
        byte[] bytes;
        try (InputStream in = blob.openAt(0)) {
            bytes = in.readAllBytes();
        }
        if (!Digest.ofBytes(Algorithm.SHA256, bytes).equals(blob.digest()) || bytes.length != blob.sizeBytes()) {
            throw new IOException("not what it was said to be: " + blob.digest());
        }
        progress.sent(bytes.length, bytes.length);
        blobs.put(blob.digest(), bytes);
        return PushOutcome.UPLOADED;
    }

    @Override
    public void put(ManifestContent manifest, List<Tag> named) throws IOException {
        Manifest.Image image = (Manifest.Image) manifest.view();
        for (Descriptor layer : image.layers()) {
            if (!has(layer.digest())) {
                throw new IOException("MANIFEST_BLOB_UNKNOWN " + layer.digest());
            }
        }
        if (!has(image.config().digest())) {
            throw new IOException("MANIFEST_BLOB_UNKNOWN config");
        }
        manifests.put(manifest.digest(), manifest);
        named.forEach(tag -> tags.put(tag, manifest.digest()));
    }

    @Override
    public Optional<Descriptor> resolve(Location repository, Reference reference) {
        return reference instanceof Tag tag
                ? Optional.ofNullable(tags.get(tag)).map(d -> manifests.get(d).descriptor())
                : Optional.empty();
    }
}
