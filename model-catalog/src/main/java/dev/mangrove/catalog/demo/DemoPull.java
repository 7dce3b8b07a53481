package dev.mangrove.catalog.demo;

import dev.mangrove.content.ContentException;
import dev.mangrove.distribution.client.DistributionClient;
import dev.mangrove.distribution.client.RemoteBlob;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Manifest;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Pulls artifacts as any client does: the manifest by its tag, then each blob; every byte is checked. */
final class DemoPull {
    private static final int BUFFER_BYTES = 64 * 1024;
    private final DistributionClient client;

    DemoPull(DistributionClient client) {
        this.client = client;
    }

    /** @return bytes received */
    long pull(Location repository, Tag tag, Digest expected) throws IOException {
        ManifestContent manifest = client.manifest(repository, tag)
                .orElseThrow(() -> new ContentException.Unavailable("there is no " + repository + ":" + tag, null));
        if (!manifest.digest().equals(expected)) {
            throw new ContentException.Corrupt(
                    expected, repository + ":" + tag + " is " + manifest.digest() + ", not what was published");
        }
        long receivedBytes = manifest.raw().length;
        for (Descriptor blob : blobs(manifest)) {
            receivedBytes += pull(repository, blob);
        }
        return receivedBytes;
    }

    private static List<Descriptor> blobs(ManifestContent manifest) {
        if (!(manifest.view() instanceof Manifest.Image image)) {
            throw new IllegalStateException("the demo published no index");
        }
        List<Descriptor> blobs = new ArrayList<>(image.layers());
        blobs.add(image.config());
        return blobs;
    }

    private long pull(Location repository, Descriptor blob) throws IOException {
        MessageDigest hash = blob.digest().algorithm().newHash();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (RemoteBlob remote = client.open(
                        repository, blob.digest(), Optional.empty(), OptionalLong.of(blob.sizeBytes()))
                .orElseThrow(() -> new ContentException.Unavailable("there is no blob " + blob.digest(), null))) {
            for (int n = remote.read(buffer, 0, buffer.length); n >= 0; n = remote.read(buffer, 0, buffer.length)) {
                hash.update(buffer, 0, n);
            }
        }
        if (!Digest.ofHash(blob.digest().algorithm(), hash).equals(blob.digest())) {
            throw new ContentException.Corrupt(blob.digest(), "wrong bytes arrived for " + blob.digest());
        }
        return blob.sizeBytes();
    }
}
