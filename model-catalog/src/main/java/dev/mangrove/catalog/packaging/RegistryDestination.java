package dev.mangrove.catalog.packaging;

import dev.mangrove.distribution.client.DistributionClient;
import dev.mangrove.distribution.client.Pause;
import dev.mangrove.distribution.client.PushClient;
import dev.mangrove.distribution.client.PushOutcome;
import dev.mangrove.distribution.client.RegistryConnection;
import dev.mangrove.distribution.client.UploadProgress;
import dev.mangrove.distribution.client.UploadSource;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Reference;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A repository of a registry, over the wire. */
final class RegistryDestination implements Destination {
    private final DistributionClient reads;
    private final PushClient writes;
    private final Location repository;

    RegistryDestination(RegistryConnection registry, Location repository) {
        this.reads = new DistributionClient(registry);
        this.writes = new PushClient(registry, Pause.REAL);
        this.repository = repository;
    }

    @Override
    public boolean has(Digest blob) throws IOException {
        return reads.stat(repository, blob).isPresent();
    }

    @Override
    public PushOutcome push(UploadSource blob, UploadProgress progress) throws IOException {
        return writes.pushBlob(repository, blob, Optional.empty(), progress);
    }

    @Override
    public void put(ManifestContent manifest, List<Tag> tags) throws IOException {
        writes.pushManifest(repository, manifest, tags);
    }

    @Override
    public Optional<Descriptor> resolve(Location other, Reference reference) throws IOException {
        return reads.head(other, reference);
    }
}
