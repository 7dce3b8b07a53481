package dev.mangrove.catalog.delta;

import dev.mangrove.content.BlobStat;
import dev.mangrove.content.Caller;
import dev.mangrove.content.ReadRequest;
import dev.mangrove.distribution.Registry;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.util.Optional;

/**
 * The blobs that a repository has. A manifest may name what was never pushed to its repository, and the store may have it
 * all the same, from another: a delta of it would give away what nobody here may read.
 */
record OwnBlobs(Registry registry) {
    boolean has(Location repository, Digest blob) throws IOException {
        return stat(repository, blob).isPresent();
    }

    Optional<BlobStat> stat(Location repository, Digest blob) throws IOException {
        return registry.blobs().stat(ReadRequest.whole(blob, repository, Caller.NODE));
    }
}
