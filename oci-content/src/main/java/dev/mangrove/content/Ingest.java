package dev.mangrove.content;

import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Bytes on their way into a {@link BlobStore}; one writer at a time. Hashes while writing. Closing without a commit
 * discards an anonymous ingest and keeps the bytes of an upload session.
 */
public interface Ingest extends AutoCloseable {
    /** Bytes written so far. */
    long sizeBytes();

    /**
     * Appends; the buffer is borrowed and read to its limit.
     *
     * @throws ContentException.OverBudget if the disk, the quota or the reserve has no room
     */
    void write(ByteBuffer bytes) throws IOException;

    /**
     * Makes the bytes a blob: synced, renamed into place, directory synced. After a return the blob survives a power cut.
     *
     * @throws ContentException.Corrupt if they do not hash to {@code expected}; the ingest is then void
     */
    CommitOutcome commit(Digest expected) throws IOException;

    @Override
    void close() throws IOException;
}
