package dev.mangrove.distribution.client;

import dev.mangrove.http.CallResponse;
import dev.mangrove.oci.ByteRange;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/** Bytes of a blob as a registry sends them: not verified. Used by one thread; close it. */
public final class RemoteBlob implements AutoCloseable {
    private final CallResponse answer;
    private final ByteRange range;
    private final OptionalLong sizeBytes;
    private long position;

    /** @param range what comes; of unknown length where {@code sizeBytes} is empty, then its length is 0 */
    RemoteBlob(CallResponse answer, ByteRange range, OptionalLong sizeBytes) {
        this.answer = answer;
        this.range = range;
        this.sizeBytes = sizeBytes;
        this.position = range.offset();
    }

    /**
     * What comes. May be the whole blob where a part was asked for: then the registry cannot do ranges. Length 0 if the
     * registry did not say how much comes.
     */
    public ByteRange range() {
        return range;
    }

    /** Size of the whole blob, if the registry told. */
    public OptionalLong sizeBytes() {
        return sizeBytes;
    }

    /** Offset in the blob of the next byte. */
    public long position() {
        return position;
    }

    /**
     * Reads what is there, at least a byte.
     *
     * @return bytes read; -1 at the end of the range
     * @throws IOException if the connection broke, or the range ended early
     */
    public int read(byte[] into, int offset, int length) throws IOException {
        boolean bounded = range.length() > 0 || sizeBytes.isPresent();
        long left = bounded ? range.end() - position : Long.MAX_VALUE;
        if (left == 0) {
            return -1;
        }
        InputStream body = answer.body();
        int n = body.read(into, offset, (int) Math.min(length, left));
        if (n < 0 && bounded) {
            throw new EOFException("the registry ended its answer " + left + " bytes early");
        }
        position += Math.max(0, n);
        return n;
    }

    /** Breaks the connection, from any thread: the thread that reads fails, and closes this. */
    public void cut() {
        answer.cut();
    }

    @Override
    public void close() throws IOException {
        answer.close();
    }
}
