package dev.mangrove.content;

import dev.mangrove.oci.ByteRange;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/** Reads a range of a file that is being written, as its bytes arrive; leaves the file open. One thread. */
public final class ArrivingInputStream extends InputStream {
    private final FileChannel file;
    private final Arrival arrival;
    private final long end;
    private long at;
    private long knownUntil;

    public ArrivingInputStream(FileChannel file, ByteRange range, Arrival arrival) {
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
            throw new EOFException("a partial blob became shorter than it was");
        }
        at += got;
        return got;
    }
}
