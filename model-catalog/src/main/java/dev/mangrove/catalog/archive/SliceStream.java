package dev.mangrove.catalog.archive;

import dev.mangrove.oci.ByteRange;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A stretch of a file. Reads at positions of its own, so that any number of them share one open file. */
final class SliceStream extends InputStream {
    private final FileChannel file;
    private final long end;
    private long position;

    SliceStream(FileChannel file, ByteRange range) {
        this.file = file;
        this.position = range.offset();
        this.end = range.end();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position == end) {
            return -1;
        }
        int n = file.read(ByteBuffer.wrap(into, offset, (int) Math.min(length, end - position)), position);
        if (n < 0) {
            throw new EOFException("the archive became shorter while it was read");
        }
        position += n;
        return n;
    }
}
