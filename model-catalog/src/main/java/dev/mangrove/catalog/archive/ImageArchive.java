package dev.mangrove.catalog.archive;

import dev.mangrove.distribution.client.UploadSource;
import dev.mangrove.oci.Descriptor;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What an archive holds, whatever its format. Safe for any thread once made. */
interface ImageArchive {
    /** Largest JSON file read of an archive. */
    int MAX_JSON_BYTES = 4 * 1024 * 1024;

    /** Its top artifacts in order: images, indexes, models, and what is attached to them. */
    List<Entry> entries();

    /** The exact bytes of a manifest, of the digest and size told; empty if the archive does not hold it. */
    Optional<byte[]> manifest(Descriptor descriptor) throws IOException;

    /** A blob of the size told; empty if the archive does not hold it. Its digest is for the registry to check. */
    Optional<UploadSource> blob(Descriptor descriptor);

    /**
     * A top artifact.
     *
     * @param names what the archive calls it, for example {@code alpine:3} or only {@code 3}; may be none
     */
    record Entry(Descriptor descriptor, List<String> names) {
        public Entry {
            names = List.copyOf(names);
        }
    }
}
