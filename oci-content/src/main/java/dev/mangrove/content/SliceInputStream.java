package dev.mangrove.content;

import dev.mangrove.oci.ByteRange;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/**
 * Reads a slice of a shared file by position, as its bytes arrive if it is still being written; leaves the file open. One
 * thread.
 */
public final class SliceInputStream extends InputStream {
    private final FileChannel file;
    private final Arrival arrival;
    private final long end;
    private long at;
    private long knownUntil;

    /** All of the slice is there. */
    public SliceInputStream(FileChannel file, ByteRange range) {
        this(file, range, _ -> range.end());
        this.knownUntil = range.end();
    }

    public SliceInputStream(FileChannel file, ByteRange range, Arrival arrival) {
        this.file = file;
        this.arrival = arrival;
        this.at = range.offset();
        this.end = range.end();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (at == end) {
            return -1;
        }
        if (at >= knownUntil) {
            knownUntil = Math.min(end, arrival.awaitBeyond(at));
        }
        int wanted = (int) Math.min(length, knownUntil - at);
        int got = file.read(ByteBuffer.wrap(into, offset, wanted), at);
        if (got < 0) {
            throw new EOFException("the file became shorter than it was");
        }
        at += got;
        return got;
    }

    /** Passes over bytes that are there. */
    @Override
    public long skip(long count) {
        long skipped = Math.clamp(count, 0, Math.max(0, knownUntil - at));
        at += skipped;
        return skipped;
    }

    @Override
    public int available() {
        return Math.clamp(knownUntil - at, 0, Integer.MAX_VALUE);
    }
}
