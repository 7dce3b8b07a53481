package dev.mangrove.content;

import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;

/** The blobs of this machine, complete and verified. Knows digests only: who may see what is decided above. */
public interface BlobStore {
    /** The blob's size, if it is here. */
    Optional<BlobStat> stat(Digest digest) throws IOException;

    /**
     * Lends the file of a blob (always a {@link Blob.FileSlice}); it is not swept while lent.
     *
     * @param range bytes wanted, empty for all; must lie inside the blob
     */
    <R> Optional<R> read(Digest digest, Optional<ByteRange> range, BlobReader<R> reader) throws IOException;

    /** A new, empty, anonymous ingest: for content that arrives in one go. */
    Ingest begin() throws IOException;

    /** Moves a blob to the trash under its lock; a commit or read that comes before the sweep resurrects it. */
    boolean discard(Digest digest) throws IOException;

    /** Like {@link #stat}, but brings a blob back from the trash: for whoever is about to link it, for example a mount. */
    Optional<BlobStat> retain(Digest digest) throws IOException;

    /** Every blob here, in no order; close the stream. */
    Stream<BlobStat> list() throws IOException;
}
