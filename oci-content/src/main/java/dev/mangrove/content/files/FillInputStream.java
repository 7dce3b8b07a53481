package dev.mangrove.content.files;

import dev.mangrove.oci.ByteRange;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Follows a fill through a range. One thread reads, any may close.
 *
 * <p>Hold-back: what reaches the end of the blob gets the last leaf only after the whole digest was found right, so that
 * a wrong blob ends as a broken connection and never as a complete answer. A range that ends before can be given out as
 * it arrives, because nobody can complete a wrong blob without its end.
 */
final class FillInputStream extends InputStream {
    private final Fill fill;
    private final Fill.Waiter waiter;
    private final long end;
    private final long heldFrom;
    private final AtomicBoolean closed = new AtomicBoolean();
    private long at;
    private long knownUntil;

    /** @param fill entered for this stream */
    FillInputStream(Fill fill, ByteRange range) {
        this.fill = fill;
        this.waiter = fill.waiter();
        this.at = range.offset();
        this.end = range.end();
        boolean reachesEnd = end == fill.sizeBytes() && range.length() > 0;
        this.heldFrom = reachesEnd ? Leaf.range(Leaf.of(end - 1), end).offset() : Long.MAX_VALUE;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (closed.get()) {
            throw new IOException("the stream is closed");
        }
        if (length == 0) {
            return 0;
        }
        if (at == end) {
            return -1;
        }
        if (at >= knownUntil) {
            knownUntil = Math.min(end, fill.await(waiter, at, heldFrom));
        }
        int wanted = (int) Math.min(length, knownUntil - at);
        int got = fill.data().read(ByteBuffer.wrap(into, offset, wanted), at);
        if (got < 0) {
            throw new EOFException("a partial blob became shorter than it was");
        }
        at += got;
        return got;
    }

    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            fill.wake(waiter);
            fill.leave();
        }
    }
}
