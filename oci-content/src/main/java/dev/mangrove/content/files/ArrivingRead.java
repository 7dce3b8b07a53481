package dev.mangrove.content.files;

import dev.mangrove.oci.ByteRange;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Follows a partial blob through a range.
 *
 * <p>Hold-back: what reaches the end of the blob gets the last leaf only after the whole digest was found right, so that
 * a wrong blob ends as a broken connection and never as a complete answer. A range that ends before can be given out as
 * it arrives, because nobody can complete a wrong blob without its end.
 */
final class ArrivingRead implements PartialRead {
    private final SharedPartial partial;
    private final Waiters.Waiter waiter;
    private final ByteRange range;
    private final long heldFrom;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param partial entered for this reader */
    ArrivingRead(SharedPartial partial, ByteRange range) {
        this.partial = partial;
        this.waiter = partial.state().waiter();
        this.range = range;
        boolean reachesEnd = range.end() == partial.sizeBytes() && range.length() > 0;
        this.heldFrom =
                reachesEnd ? Leaf.range(Leaf.of(range.end() - 1), range.end()).offset() : Long.MAX_VALUE;
    }

    @Override
    public ByteRange range() {
        return range;
    }

    @Override
    public FileChannel file() {
        return partial.data();
    }

    @Override
    public long awaitBeyond(long offset) throws IOException {
        if (closed.get()) {
            throw new IOException("the reader is closed");
        }
        return Math.min(range.end(), partial.await(waiter, offset, heldFrom));
    }

    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            partial.state().wake(waiter);
            partial.leave();
        }
    }
}
