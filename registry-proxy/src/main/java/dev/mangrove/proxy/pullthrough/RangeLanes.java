package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.files.PartialBlob;
import dev.mangrove.distribution.Via;
import dev.mangrove.distribution.client.RemoteBlob;
import dev.mangrove.oci.ByteRange;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The few requests a fill makes beside its main one, for readers that want a range far from it. */
final class RangeLanes {
    /** Lanes open at once; further ranges wait for one. */
    private static final int MAX_LANES = 4;

    /** Ranges that wait; for more than that, the main lane has to do. */
    private static final int MAX_WAITING = 256;

    private static final long LEAF_BYTES = 64 * 1024;

    private final PartialBlob partial;
    private final Copy copy;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<ByteRange> waiting = new ArrayDeque<>();
    private final Set<RemoteBlob> lent = new HashSet<>();
    private int open;
    private int touching;
    private volatile boolean closed;

    RangeLanes(PartialBlob partial, Copy copy) {
        this.partial = partial;
        this.copy = copy;
    }

    /** Gets a range. */
    @FunctionalInterface
    interface Copy {
        void range(ByteRange wanted) throws IOException;
    }

    /** Opens a lane for that range, or lets it wait for one. */
    void open(ByteRange range) {
        lock.lock();
        try {
            if (closed || waiting.size() >= MAX_WAITING) {
                return;
            }
            waiting.add(leaves(range));
            if (open < MAX_LANES) {
                open++;
                Via via = Via.current();
                Thread.ofVirtual().name("lane " + partial.digest()).start(() -> ScopedValue.where(Via.CURRENT, via)
                        .run(this::work));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether any lane is open. */
    boolean isBusy() {
        lock.lock();
        try {
            return open > 0;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no lane is open, but not longer than that. */
    void awaitIdle(Duration limit) {
        lock.lock();
        try {
            long left = limit.toNanos();
            while (open > 0 && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the lanes: on return none touches the partial any more, though one may still wait for its upstream. */
    void close() {
        cut();
        lock.lock();
        try {
            while (touching > 0) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Does something with the partial, unless the lanes are closed; they are not while it is done. */
    boolean unlessClosed(Step step) throws IOException {
        if (!enter()) {
            return false;
        }
        try {
            step.run();
            return true;
        } finally {
            exit();
        }
    }

    /** Something done with the partial. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }

    private boolean enter() {
        lock.lock();
        try {
            touching += closed ? 0 : 1;
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void exit() {
        lock.lock();
        try {
            touching--;
            if (closed) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Breaks every connection of the fill; what reads from one fails. */
    void cut() {
        List<RemoteBlob> cut;
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            cut = new ArrayList<>(lent);
        } finally {
            lock.unlock();
        }
        cut.forEach(RemoteBlob::cut);
    }

    boolean isClosed() {
        return closed;
    }

    /** An answer that is being read: {@link #cut} may break it. */
    void lend(RemoteBlob blob) {
        lock.lock();
        try {
            lent.add(blob);
        } finally {
            lock.unlock();
        }
        if (closed) {
            blob.cut();
        }
    }

    void takeBack(RemoteBlob blob) {
        lock.lock();
        try {
            lent.remove(blob);
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        boolean ended = false;
        try {
            copyAll();
            ended = true;
        } finally { // whatever happened: the main lane waits for the others
            if (!ended) {
                leave();
            }
        }
    }

    private void copyAll() {
        for (Optional<ByteRange> next = nextOrEnd(); next.isPresent(); next = nextOrEnd()) {
            try {
                copy.range(next.get());
            } catch (IOException | RuntimeException e) {
                // the main lane comes to the same bytes, and tells the readers if they cannot be had
            }
        }
    }

    private Optional<ByteRange> nextOrEnd() {
        lock.lock();
        try {
            Optional<ByteRange> next = closed ? Optional.empty() : Optional.ofNullable(waiting.poll());
            if (next.isEmpty()) {
                leave();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void leave() {
        lock.lock();
        try {
            open--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whole leaves, because a leaf that is left incomplete is forgotten by a restart. */
    private ByteRange leaves(ByteRange range) {
        long start = range.offset() / LEAF_BYTES * LEAF_BYTES;
        long end = Math.min(partial.sizeBytes(), (range.end() + LEAF_BYTES - 1) / LEAF_BYTES * LEAF_BYTES);
        return new ByteRange(start, end - start);
    }
}
