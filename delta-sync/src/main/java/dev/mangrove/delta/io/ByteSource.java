package dev.mangrove.delta.io;

import dev.mangrove.oci.ByteRange;
import java.io.EOFException;
import java.io.IOException;

/**
 * Bytes that can be read at any position: a blob of the store, a file, or a download still growing (whose {@link #read}
 * then waits). Implementations are safe for several threads.
 */
public interface ByteSource {
    /** Size in bytes; does not change. */
    long size();

    /**
     * Reads exactly {@code length} bytes at {@code position} into the array.
     *
     * @throws EOFException if the source ends before
     */
    void read(long position, byte[] into, int from, int length) throws IOException;

    /**
     * Reads a short range into a new array.
     *
     * @throws EOFException if the range is not inside the source
     * @throws IllegalArgumentException if it is longer than {@code limit}
     */
    default byte[] readRange(ByteRange range, int limit) throws IOException {
        if (range.length() > limit) {
            throw new IllegalArgumentException("a range of " + range.length() + " bytes, more than " + limit);
        }
        if (range.end() > size()) {
            throw new EOFException("range ends at " + range.end() + " of " + size());
        }
        byte[] bytes = new byte[(int) range.length()];
        read(range.offset(), bytes, 0, bytes.length);
        return bytes;
    }

    /** A source over an array, which is not copied. */
    static ByteSource of(byte[] bytes) {
        return new ArraySource(bytes);
    }
}
