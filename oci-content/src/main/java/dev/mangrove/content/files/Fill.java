package dev.mangrove.content.files;

import dev.mangrove.content.CommitOutcome;
import dev.mangrove.content.ContentException;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A partial blob, shared by everybody who has a {@link PartialShare} in it.
 *
 * <p>Two locks: {@code writing} serialises what touches the files and their hashes, {@code state} guards what readers
 * look at and is never held over I/O, so that a reader waits for bytes and not for a disk. Lock order: writing, state.
 */
final class Fill {
    private final Digest digest;
    private final long sizeBytes;
    private final FillFile file;
    private final Shelf shelf;
    private final Ending ending;

    private final ReentrantLock writing = new ReentrantLock();
    private final ReentrantLock state = new ReentrantLock();
    private final Coverage coverage;
    private final BitSet claims;
    private final Set<Waiter> waiters = new LinkedHashSet<>();
    private boolean filling;
    private boolean proven;
    private boolean committed;
    private int users;
    private @Nullable IOException stopped;
    private @Nullable IOException discarded;

    Fill(Digest digest, long sizeBytes, FillFile file, Shelf shelf, Ending ending) throws IOException {
        this.digest = digest;
        this.sizeBytes = sizeBytes;
        this.file = file;
        this.shelf = shelf;
        this.ending = ending;
        this.coverage = new Coverage(sizeBytes);
        this.claims = file.claims();
    }

    Digest digest() {
        return digest;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    FileChannel data() {
        return file.data();
    }

    /** One more share or stream; false if the last one has left and the files are closed. */
    boolean enter() {
        return locked(() -> {
            if (users < 0) {
                return false;
            }
            users++;
            return true;
        });
    }

    /** One share or stream less; the last one closes the files. */
    void leave() throws IOException {
        boolean last = locked(() -> {
            users--;
            if (users > 0) {
                return false;
            }
            users = -1;
            return true;
        });
        if (last) {
            ending.closed(this);
            writing.lock();
            try {
                file.close();
            } finally {
                writing.unlock();
            }
        }
    }

    boolean startFill() {
        return locked(() -> {
            if (filling || committed || discarded != null) {
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

    void write(long offset, ByteBuffer bytes) throws IOException {
        if (offset < 0 || bytes.remaining() > sizeBytes - offset) {
            throw new ContentException.Corrupt(
                    digest, "the source of " + digest + " sends more than the " + sizeBytes + " bytes it has");
        }
        writing.lock();
        try {
            long end = offset + bytes.remaining();
            for (long leaf = Leaf.of(offset); leaf * Leaf.SIZE_BYTES < end; leaf++) {
                verifyClaim(leaf);
            }
            long at = offset;
            while (at < end) {
                requireUsable();
                long from = Math.min(end, firstMissing(at));
                long to = Math.min(end, locked(coverage::firstPresent, from));
                if (to > from) {
                    ByteBuffer missing = bytes.slice(bytes.position() + (int) (from - offset), (int) (to - from));
                    file.write(from, missing.duplicate());
                    arrived(from, missing);
                }
                at = to;
            }
            bytes.position(bytes.limit());
            file.catchUp(this::firstMissing);
        } finally {
            writing.unlock();
        }
    }

    /** Bytes of which none were here were written: they count, leaf by leaf. */
    private void arrived(long offset, ByteBuffer bytes) throws IOException {
        try {
            for (long at = offset; bytes.hasRemaining(); ) {
                long leaf = Leaf.of(at);
                int length = (int)
                        Math.min(bytes.remaining(), Leaf.range(leaf, sizeBytes).end() - at);
                ByteRange piece = new ByteRange(at, length);
                file.hashInsideLeaf(at, bytes.slice(bytes.position(), length));
                if (locked(() -> coverage.addInsideLeaf(piece))) {
                    endLeaf(leaf);
                }
                bytes.position(bytes.position() + length);
                at += length;
            }
        } finally {
            wakeSatisfied();
        }
    }

    private void endLeaf(long leaf) throws IOException {
        try {
            file.endLeaf(leaf);
        } catch (IOException e) {
            locked(() -> coverage.removeLeaf(leaf));
            throw e;
        }
    }

    private void requireUsable() throws IOException {
        state.lock();
        try {
            if (discarded != null) {
                throw discarded;
            }
            if (committed) {
                throw new IllegalStateException("the blob is complete: nothing may be written any more");
            }
        } finally {
            state.unlock();
        }
    }

    private long firstMissing(long from) {
        return locked(coverage::firstMissing, from);
    }

    /** As {@link #firstMissing}, after a look at what an earlier process says it had there. */
    long firstMissingVerified(long from) {
        long missing = firstMissing(from);
        while (missing < sizeBytes && isClaimed(missing)) {
            verifyClaims(missing);
            missing = firstMissing(missing);
        }
        return missing;
    }

    long presentBytes() {
        return locked(coverage::presentBytes);
    }

    Optional<ByteRange> nextGap() {
        Optional<ByteRange> gap = locked(this::gap);
        while (gap.isPresent() && isClaimed(gap.get().offset())) {
            verifyClaims(gap.get().offset());
            gap = locked(this::gap);
        }
        return gap;
    }

    /** Holds the state lock. A gap ends where a claim stands, for the claim is probably right. */
    private Optional<ByteRange> gap() {
        if (committed || discarded != null) {
            return Optional.empty();
        }
        long from = awaitedOffset();
        if (from < 0) {
            from = coverage.firstMissing(0);
        } else {
            from = coverage.firstMissing(Leaf.range(Leaf.of(from), sizeBytes).offset());
        }
        if (from == sizeBytes) {
            return Optional.empty();
        }
        long to = coverage.firstPresent(from);
        int claim = claims.nextSetBit(Math.toIntExact(Leaf.of(from)));
        if (claim > Leaf.of(from)) {
            to = Math.min(to, (long) claim * Leaf.SIZE_BYTES);
        }
        return Optional.of(new ByteRange(from, to - from));
    }

    /** Holds the state lock. Where the reader waits that has waited longest; -1 if nobody waits for bytes. */
    private long awaitedOffset() {
        for (Waiter waiter : waiters) {
            if (!coverage.has(waiter.offset)) {
                return waiter.offset;
            }
        }
        return -1;
    }

    boolean isAwaitedOutside(ByteRange range) {
        return locked(() -> {
            boolean outside = false;
            for (Waiter waiter : waiters) {
                if (!coverage.has(waiter.offset)) {
                    boolean inside = waiter.offset >= range.offset() && waiter.offset < range.end();
                    if (inside) {
                        return false;
                    }
                    outside = true;
                }
            }
            return outside;
        });
    }

    private boolean isClaimed(long offset) {
        return locked(() -> claims.get(Math.toIntExact(Leaf.of(offset))));
    }

    /** Hashes the claimed leaves that follow one another from an offset. */
    private void verifyClaims(long from) {
        writing.lock();
        try {
            for (long leaf = Leaf.of(from); isClaimed(leaf * Leaf.SIZE_BYTES); leaf++) {
                verifyClaim(leaf);
            }
        } finally {
            writing.unlock();
        }
    }

    private void verifyClaim(long leaf) {
        writing.lock();
        try {
            if (!isClaimed(leaf * Leaf.SIZE_BYTES)) {
                return;
            }
            boolean intact = file.verify(leaf);
            locked(() -> {
                claims.clear(Math.toIntExact(leaf));
                if (intact) {
                    coverage.addLeaf(leaf);
                }
                return intact;
            });
            wakeSatisfied();
        } finally {
            writing.unlock();
        }
    }

    void startOver() throws IOException {
        writing.lock();
        try {
            requireUsable();
            locked(() -> {
                coverage.clear();
                claims.clear();
                proven = false;
                return true;
            });
            file.startOver();
        } finally {
            writing.unlock();
        }
    }

    void prove() throws IOException {
        writing.lock();
        try {
            requireUsable();
            if (!locked(coverage::isComplete)) {
                throw new IllegalStateException("bytes of " + digest + " are missing from " + firstMissing(0) + " on");
            }
            Digest actual = file.digest();
            if (!actual.equals(digest)) {
                ContentException.Corrupt wrong = new ContentException.Corrupt(
                        digest, "the source sent " + sizeBytes + " bytes that are " + actual + ", not " + digest);
                discard(wrong);
                throw wrong;
            }
            file.flushLeaves();
            locked(() -> proven = true);
            wakeSatisfied();
        } finally {
            writing.unlock();
        }
    }

    CommitOutcome commit() throws IOException {
        writing.lock();
        try {
            prove();
            CommitOutcome outcome = shelf.commit(file, digest);
            if (outcome == CommitOutcome.ALREADY_PRESENT) {
                file.delete();
            }
            ending.committed(this, outcome); // first: whoever waited for the end finds the blob, not this
            end(() -> committed = true);
            return outcome;
        } finally {
            writing.unlock();
        }
    }

    void stopFill(IOException cause) {
        end(() -> {
            if (!committed && discarded == null) {
                stopped = cause;
            }
        });
    }

    void discard(IOException cause) {
        writing.lock();
        try {
            boolean done = locked(() -> committed || discarded != null);
            if (done) {
                return;
            }
            end(() -> discarded = cause);
            try {
                file.delete();
            } finally {
                ending.discarded(this); // only now may another partial use the names of these files
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        } finally {
            writing.unlock();
        }
    }

    private void end(Runnable change) {
        state.lock();
        try {
            change.run();
            filling = false;
            waiters.forEach(waiter -> waiter.changed.signal());
        } finally {
            state.unlock();
        }
    }

    private void wakeSatisfied() {
        state.lock();
        try {
            for (Waiter waiter : waiters) {
                if (coverage.has(waiter.offset)) {
                    waiter.changed.signal();
                }
            }
        } finally {
            state.unlock();
        }
    }

    /** A reader's place in the queue; close the stream to leave it. */
    Waiter waiter() {
        return new Waiter(state.newCondition());
    }

    /**
     * Waits for the byte at {@code offset}.
     *
     * @param heldFrom offset from which bytes are given out only when the whole is proven
     * @return offset up to which bytes are there and may be given out
     */
    long await(Waiter waiter, long offset, long heldFrom) throws IOException {
        if (isClaimed(offset)) {
            verifyClaim(Leaf.of(offset));
        }
        state.lock();
        try {
            waiter.offset = offset;
            waiters.add(waiter);
            while (true) {
                if (proven) {
                    return sizeBytes;
                }
                if (waiter.closed || discarded != null) {
                    throw waiter.closed ? new IOException("the stream is closed") : failure(discarded);
                }
                boolean here = coverage.has(offset);
                if (here && offset < heldFrom) {
                    return Math.min(heldFrom, coverage.firstMissing(offset));
                }
                if (!filling) {
                    throw failure(stopped);
                }
                waiter.changed.awaitUninterruptibly();
            }
        } finally {
            waiters.remove(waiter);
            state.unlock();
        }
    }

    /** Waits for the end of a fill that is under way, and fails as it did. */
    void awaitCommit() throws IOException {
        Waiter waiter = waiter();
        state.lock();
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
            state.unlock();
        }
    }

    private IOException failure(@Nullable IOException cause) {
        return cause != null
                ? cause
                : new ContentException.Unavailable("nobody is fetching " + digest + " any more: try again", null);
    }

    void wake(Waiter waiter) {
        state.lock();
        try {
            waiter.closed = true;
            waiter.changed.signal();
        } finally {
            state.unlock();
        }
    }

    private <T> T locked(Supplier<T> work) {
        state.lock();
        try {
            return work.get();
        } finally {
            state.unlock();
        }
    }

    private long locked(LongUnaryOperator work, long argument) {
        state.lock();
        try {
            return work.applyAsLong(argument);
        } finally {
            state.unlock();
        }
    }

    /** One reader; its fields belong to the state lock. */
    static final class Waiter {
        private final Condition changed;
        private long offset;
        private boolean closed;

        private Waiter(Condition changed) {
            this.changed = changed;
        }
    }

    /** What the registry of partials does when one ends. */
    interface Ending {
        void committed(Fill fill, CommitOutcome outcome);

        void discarded(Fill fill);

        /** Nobody uses it any more; if it did not end before, its files stay for the next. */
        void closed(Fill fill);
    }
}
