package dev.mangrove.catalog.packaging;

import dev.mangrove.cli.Progress;
import dev.mangrove.distribution.client.RegistryConnection;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Publishes a folder as a model, for other parts of the catalog; {@code mangrove publish} has the options. */
public final class ModelPublish {
    private static final int FILES_AT_ONCE = 2;

    private ModelPublish() {}

    /** Publishes the files of a folder under a version and returns the digest of the manifest. */
    public static Digest publish(RegistryConnection registry, Location repository, Path folder, String version)
            throws IOException {
        RegistryDestination destination = new RegistryDestination(registry, repository);
        ModelArtifact.Claims claims = new ModelArtifact.Claims(
                repository.repository().value(),
                Optional.of(version),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Map.of());
        return new Publisher(destination, Progress.NONE, FILES_AT_ONCE, false)
                .publish(ModelFolder.scan(folder), claims, List.of(new Tag(version)))
                .digest();
    }
}
