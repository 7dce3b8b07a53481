package dev.mangrove.edge.pull;

import dev.mangrove.oci.Descriptor;
import java.io.IOException;

/** Where the bytes of blobs come from. */
@FunctionalInterface
interface BlobOrigin {
    /**
     * Opens a blob at an offset; what comes may begin earlier.
     *
     * @throws dev.mangrove.content.ContentException if there is no such blob, or it cannot be had now
     */
    Bytes open(Descriptor blob, long offset) throws IOException;

    /** Unverified bytes that may break off at any point. Used by one thread. */
    interface Bytes extends AutoCloseable {
        /** Offset in the blob of the next byte. */
        long position();

        /** Reads at least a byte; -1 at the end. */
        int read(byte[] into) throws IOException;

        @Override
        void close() throws IOException;
    }
}
