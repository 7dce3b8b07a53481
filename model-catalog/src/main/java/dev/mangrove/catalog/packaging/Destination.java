package dev.mangrove.catalog.packaging;

import dev.mangrove.distribution.client.PushOutcome;
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

/** The repository that something is published to. Safe for any thread. */
interface Destination {
    /** Whether it has a blob. */
    boolean has(Digest blob) throws IOException;

    /** Makes sure that it has a blob; what breaks off goes on where it stopped. */
    PushOutcome push(UploadSource blob, UploadProgress progress) throws IOException;

    /** Stores a manifest under these tags, or under its digest only. */
    void put(ManifestContent manifest, List<Tag> tags) throws IOException;

    /** What a tag or digest of a repository of the same registry names now. */
    Optional<Descriptor> resolve(Location repository, Reference reference) throws IOException;
}
