package dev.mangrove.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The inbound bridge: an event loop gives the pieces of a body, a virtual thread takes them. The loop reads the socket
 * only while {@link #wantsMore}; so at most {@link #MAX_QUEUED_BYTES} and what one read of the socket brings wait here.
 * Owns the pieces it was given. The reading side is used by one thread.
 */
final class InboundBody extends InputStream {
    static final int MAX_QUEUED_BYTES = 512 * 1024;
    private static final int RESUME_BYTES = MAX_QUEUED_BYTES / 2;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<ByteBuf> pieces = new ArrayDeque<>();
    private final Runnable readMore;
    private final Duration stallTimeout;
    private @Nullable Runnable beforeFirstRead;
    private int queuedBytes;
    private boolean loopPaused;
    private boolean complete;
    private boolean abandoned;
    private @Nullable IOException failure;
    private @Nullable ByteBuf current;

    /**
     * @param readMore makes the loop read the socket again; may be called on any thread
     * @param stallTimeout a read that waits longer fails
     */
    InboundBody(Runnable readMore, Duration stallTimeout) {
        this.readMore = readMore;
        this.stallTimeout = stallTimeout;
    }

    /** Runs once, on the reading thread, before it waits for the first byte. */
    void beforeFirstRead(Runnable action) {
        beforeFirstRead = action;
    }

    /** Loop side: takes over a piece of the body. */
    void give(ByteBuf piece) {
        lock.lock();
        try {
            if (!abandoned && failure == null && piece.isReadable()) {
                queuedBytes += piece.readableBytes();
                pieces.add(piece);
                changed.signal();
                return;
            }
        } finally {
            lock.unlock();
        }
        piece.release();
    }

    /** Loop side: the last byte was given. */
    void complete() {
        lock.lock();
        try {
            complete = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Loop side: no more bytes will come, though the body is not complete. */
    void fail(IOException why) {
        lock.lock();
        try {
            if (!complete && failure == null) {
                failure = why;
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Loop side: whether to read the socket now; if not, {@code readMore} runs when there is room. */
    boolean wantsMore() {
        lock.lock();
        try {
            loopPaused = !abandoned && queuedBytes >= MAX_QUEUED_BYTES;
            return !loopPaused;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes that wait to be read. */
    int queuedBytes() {
        lock.lock();
        try {
            return queuedBytes;
        } finally {
            lock.unlock();
        }
    }

    /** Whether every byte has arrived, read or not. */
    boolean arrived() {
        lock.lock();
        try {
            return complete;
        } finally {
            lock.unlock();
        }
    }

    /** Whether every byte has arrived and was read. */
    boolean exhausted() {
        lock.lock();
        try {
            return complete && pieces.isEmpty() && current == null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        ByteBuf piece = piece();
        if (piece == null) {
            return -1;
        }
        int value = piece.readUnsignedByte();
        releaseIfRead(piece);
        return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        int total = 0;
        while (total < length) {
            ByteBuf piece = total == 0 ? piece() : pieceAtHand();
            if (piece == null) {
                return total == 0 ? -1 : total;
            }
            int count = Math.min(length - total, piece.readableBytes());
            piece.readBytes(target, offset + total, count);
            total += count;
            releaseIfRead(piece);
        }
        return total;
    }

    @Override
    public int available() {
        ByteBuf piece = current;
        return piece == null ? 0 : piece.readableBytes();
    }

    /** Drops what is here and what will still come. */
    @Override
    public void close() {
        lock.lock();
        try {
            abandoned = true;
            if (current != null) {
                current.release();
                current = null;
            }
            pieces.forEach(ByteBuf::release);
            pieces.clear();
            queuedBytes = 0;
            if (!loopPaused) {
                return;
            }
            loopPaused = false;
        } finally {
            lock.unlock();
        }
        readMore.run();
    }

    private void releaseIfRead(ByteBuf piece) {
        if (!piece.isReadable()) {
            current = null;
            piece.release();
        }
    }

    private @Nullable ByteBuf pieceAtHand() throws IOException {
        lock.lock();
        try {
            return pieces.isEmpty() ? null : next();
        } finally {
            lock.unlock();
        }
    }

    /** The piece to read from, waiting for it; null at the end of the body. */
    private @Nullable ByteBuf piece() throws IOException {
        if (current != null) {
            return current;
        }
        if (beforeFirstRead != null) {
            beforeFirstRead.run();
            beforeFirstRead = null;
        }
        lock.lock();
        try {
            await();
            return pieces.isEmpty() ? null : next();
        } finally {
            lock.unlock();
        }
    }

    private ByteBuf next() {
        ByteBuf piece = pieces.remove();
        current = piece;
        queuedBytes -= piece.readableBytes();
        if (loopPaused && queuedBytes <= RESUME_BYTES) {
            loopPaused = false;
            readMore.run();
        }
        return piece;
    }

    private void await() throws IOException {
        long leftNanos = stallTimeout.toNanos();
        while (pieces.isEmpty() && !complete) {
            if (abandoned) {
                throw new IOException("the body was closed before it was read to its end");
            }
            if (failure != null) {
                throw new SocketLostException(failure.getMessage(), failure);
            }
            if (leftNanos <= 0) {
                throw new SocketLostException(
                        "no byte of the body arrived for " + stallTimeout.toMillis() + " ms", null);
            }
            try {
                leftNanos = changed.awaitNanos(leftNanos);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting for a body");
            }
        }
    }
}
