package dev.mangrove.content;

import dev.mangrove.oci.ByteRange;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/** Reads a slice of a shared file by position; leaves the file open. One thread. */
public final class SliceInputStream extends InputStream {
    private final FileChannel file;
    private final long end;
    private long at;

    public SliceInputStream(FileChannel file, ByteRange range) {
        this.file = file;
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
        if (at == end) {
            return length == 0 ? 0 : -1;
        }
        int wanted = (int) Math.min(length, end - at);
        int got = file.read(ByteBuffer.wrap(into, offset, wanted), at);
        if (got < 0) {
            throw new EOFException("the file became shorter than it was");
        }
        at += got;
        return got;
    }

    @Override
    public long skip(long count) {
        long skipped = Math.clamp(count, 0, end - at);
        at += skipped;
        return skipped;
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, end - at);
    }
}
