package dev.mangrove.content.files;

import dev.mangrove.content.ContentException;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a partial blob, and who waits for what of it. Safe for any thread. Its lock is never held over I/O, so
 * that a reader waits for bytes and not for a disk.
 */
final class PartialState {
    private final Digest digest;
    private final long sizeBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Coverage coverage;
    private final BitSet claims;
    private final Waiters waiters = new Waiters();
    private int beginnings = 1;
    private boolean filling;
    private boolean proven;
    private boolean committed;
    private int users;
    private @Nullable IOException stopped;
    private @Nullable IOException discarded;

    /** @param claims leaves that an earlier process says it had; taken */
    PartialState(Digest digest, long sizeBytes, BitSet claims) {
        this.digest = digest;
        this.sizeBytes = sizeBytes;
        this.coverage = new Coverage(sizeBytes);
        this.claims = claims;
    }

    /** One more user; false if the last one has left. */
    boolean enter() {
        return locked(() -> {
            if (users < 0) {
                return false;
            }
            users++;
            return true;
        });
    }

    /** One user less; true if that was the last one. */
    boolean leave() {
        return locked(() -> {
            users--;
            if (users > 0) {
                return false;
            }
            users = -1;
            return true;
        });
    }

    /** Whether the caller is the one who fills now. */
    boolean startFill() {
        return locked(() -> {
            if (filling || isEnded()) {
                return false;
            }
            filling = true;
            stopped = null;
            return true;
        });
    }

    boolean isFilling() {
        return locked(() -> filling);
    }

    /** Fails if nothing may be written any more. */
    void requireUsable() throws IOException {
        lock.lock();
        try {
            if (discarded != null) {
                throw discarded;
            }
            if (committed) {
                throw new IllegalStateException("the blob is complete: nothing may be written any more");
            }
        } finally {
            lock.unlock();
        }
    }

    long firstMissing(long from) {
        return locked(coverage::firstMissing, from);
    }

    long firstPresent(long from) {
        return locked(coverage::firstPresent, from);
    }

    long presentBytes() {
        return locked(coverage::presentBytes);
    }

    boolean isComplete() {
        return locked(coverage::isComplete);
    }

    /** Whether it has not ended, no byte is here, and none is said to be. */
    boolean isEmpty() {
        return locked(() -> !isEnded() && coverage.presentBytes() == 0 && claims.isEmpty());
    }

    /** Adds bytes inside one leaf, none of which were here; true if that makes the leaf whole. Wakes nobody. */
    boolean addInsideLeaf(ByteRange bytes) {
        return locked(() -> coverage.addInsideLeaf(bytes));
    }

    /** Takes a whole leaf out again. */
    void removeLeaf(long leaf) {
        locked(() -> coverage.removeLeaf(leaf));
    }

    boolean isClaimed(long leaf) {
        return locked(() -> claims.get(Math.toIntExact(leaf)));
    }

    /** A claim was looked into: the leaf is here, or the claim was worth nothing. */
    void settleClaim(long leaf, boolean intact) {
        locked(() -> {
            claims.clear(Math.toIntExact(leaf));
            if (intact) {
                coverage.addLeaf(leaf);
            }
            return intact;
        });
        wakeSatisfied();
    }

    /** Nothing is here any more; who has read nothing yet goes on waiting, the others are told. */
    void startOver() {
        locked(() -> {
            if (proven) {
                throw new IllegalStateException("what was proven right is not forgotten");
            }
            coverage.clear();
            claims.clear();
            beginnings++;
            waiters.wakeAll();
            return true;
        });
    }

    /** What to get next: see {@link PartialBlob#nextGap}. Ends where a claim stands, for the claim is probably right. */
    Optional<ByteRange> gap() {
        return locked(() -> {
            if (isEnded()) {
                return Optional.empty();
            }
            long awaited = waiters.firstAwaited(coverage);
            long from = coverage.firstMissing(
                    awaited < 0 ? 0 : Leaf.range(Leaf.of(awaited), sizeBytes).offset());
            if (from == sizeBytes) {
                return Optional.empty();
            }
            long to = coverage.firstPresent(from);
            int claim = claims.nextSetBit(Math.toIntExact(Leaf.of(from)));
            if (claim > Leaf.of(from)) {
                to = Math.min(to, (long) claim * Leaf.SIZE_BYTES);
            }
            return Optional.of(new ByteRange(from, to - from));
        });
    }

    /** See {@link PartialBlob#isAwaitedOutside}. */
    boolean isAwaitedOutside(ByteRange range) {
        return locked(() -> waiters.areOnlyOutside(range, coverage));
    }

    /** The whole digest is right: everything may be given out. */
    void prove() {
        locked(() -> proven = true);
        wakeSatisfied();
    }

    void commit() {
        end(() -> committed = true);
    }

    void stopFill(IOException cause) {
        end(() -> {
            if (!isEnded()) {
                stopped = cause;
            }
        });
    }

    /** False if it had ended before. */
    boolean discard(IOException cause) {
        lock.lock();
        try {
            if (isEnded()) {
                return false;
            }
            end(() -> discarded = cause);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Holds the lock. */
    private boolean isEnded() {
        return committed || discarded != null;
    }

    private void end(Runnable change) {
        lock.lock();
        try {
            change.run();
            filling = false;
            waiters.wakeAll();
        } finally {
            lock.unlock();
        }
    }

    /** Wakes those whose bytes are here. */
    void wakeSatisfied() {
        lock.lock();
        try {
            waiters.wakeSatisfied(coverage);
        } finally {
            lock.unlock();
        }
    }

    /** A reader's place in the queue; {@link #wake} takes it out of a wait. */
    Waiters.Waiter waiter() {
        return new Waiters.Waiter(lock.newCondition());
    }

    /**
     * Waits for the byte at {@code offset}.
     *
     * @param heldFrom offset from which bytes are given out only when the whole is proven
     * @return offset up to which bytes are there and may be given out
     */
    long await(Waiters.Waiter waiter, long offset, long heldFrom) throws IOException {
        lock.lock();
        try {
            waiter.offset = offset;
            waiters.add(waiter);
            while (true) {
                if (waiter.beginning != 0 && waiter.beginning != beginnings) {
                    throw new ContentException.Unavailable(
                            "the source of " + digest + " turned out to be a bad one: read it again from the start",
                            null);
                }
                if (proven) {
                    waiter.beginning = beginnings;
                    return sizeBytes;
                }
                if (waiter.closed || discarded != null) {
                    throw waiter.closed ? new IOException("the stream is closed") : failure(discarded);
                }
                boolean here = coverage.has(offset);
                if (here && offset < heldFrom) {
                    waiter.beginning = beginnings;
                    return Math.min(heldFrom, coverage.firstMissing(offset));
                }
                if (!filling) {
                    throw failure(stopped);
                }
                waiter.changed.awaitUninterruptibly();
            }
        } finally {
            waiters.remove(waiter);
            lock.unlock();
        }
    }

    /** Waits for the end of a fill that is under way, and fails as it did. */
    void awaitCommit() throws IOException {
        Waiters.Waiter waiter = waiter();
        lock.lock();
        try {
            waiters.add(waiter);
            while (filling) {
                waiter.changed.awaitUninterruptibly();
            }
            if (!committed) {
                throw failure(discarded != null ? discarded : stopped);
            }
        } finally {
            waiters.remove(waiter);
            lock.unlock();
        }
    }

    private IOException failure(@Nullable IOException cause) {
        return cause != null
                ? cause
                : new ContentException.Unavailable("nobody is fetching " + digest + " any more: try again", null);
    }

    /** Ends the wait of a reader that is closed. */
    void wake(Waiters.Waiter waiter) {
        lock.lock();
        try {
            waiter.closed = true;
            waiter.changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private long locked(LongUnaryOperator work, long argument) {
        lock.lock();
        try {
            return work.applyAsLong(argument);
        } finally {
            lock.unlock();
        }
    }
}
