package dev.mangrove.content;

import dev.mangrove.oci.ByteRange;
import java.io.InputStream;
import java.nio.channels.FileChannel;

/**
 * Bytes lent to a {@link BlobReader}: a slice of a file that is complete and verified, or of one that is on its
 * way, or a stream that yields verified bytes as they arrive. Valid only inside the callback; the lender closes it.
 */
public sealed interface Blob {
    /** The bytes lent; {@code range.length()} of them follow. */
    ByteRange range();

    /** Size of the whole blob. */
    long sizeBytes();

    /** Where the bytes come from. */
    Origin origin();

    /** The bytes as a stream, whatever they are; closing it closes nothing. */
    InputStream asStream();

    /** A slice of a shared open file: read by position only, never closed, never interrupted. */
    record FileSlice(FileChannel file, ByteRange range, long sizeBytes, Origin origin) implements Blob {
        @Override
        public InputStream asStream() {
            return new SliceInputStream(file, range);
        }
    }

    /**
     * A slice of a file that is still being written: as much of it as {@code arrival} tells has arrived, and may be read.
     * Verified as far as that goes: the last bytes of a blob arrive when the whole was found right.
     */
    record Arriving(FileChannel file, Arrival arrival, ByteRange range, long sizeBytes, Origin origin) implements Blob {
        @Override
        public InputStream asStream() {
            return new SliceInputStream(file, range, arrival);
        }
    }

    /** Exactly {@code range.length()} bytes, or an {@code IOException}; never an early end-of-file. */
    record Stream(InputStream bytes, ByteRange range, long sizeBytes, Origin origin) implements Blob {
        @Override
        public InputStream asStream() {
            return bytes;
        }
    }
}
