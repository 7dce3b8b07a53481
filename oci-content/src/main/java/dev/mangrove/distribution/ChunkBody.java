package dev.mangrove.distribution;

import java.io.IOException;
import java.io.InputStream;

/** The body of a chunk, read no further than its Content-Range goes: one that is sent without a length may be longer. */
final class ChunkBody extends InputStream {
    private final InputStream body;
    private long leftBytes;

    ChunkBody(InputStream body, long maxBytes) {
        this.body = body;
        this.leftBytes = maxBytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (leftBytes == 0 && length > 0) {
            return -1;
        }
        int count = body.read(target, offset, (int) Math.min(length, leftBytes));
        leftBytes -= Math.max(0, count);
        return count;
    }

    /** Whether the body was as long as announced; after it was read. */
    boolean isExactly() throws IOException {
        return leftBytes == 0 && body.read() < 0;
    }
}
