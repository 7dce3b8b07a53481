package dev.mangrove.content.files;

import dev.mangrove.content.CommitOutcome;
import dev.mangrove.content.ContentException;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A partial blob, shared by everybody who has a {@link PartialShare} in it: what touches its files and their hashes,
 * which {@code writing} serialises. What readers look at is the {@link PartialState}, with a lock of its own. Lock order:
 * writing, state.
 */
final class SharedPartial {
    private final Digest digest;
    private final long sizeBytes;
    private final PartialFile file;
    private final Shelf shelf;
    private final Ending ending;
    private final PartialState state;
    private final ReentrantLock writing = new ReentrantLock();

    SharedPartial(Digest digest, long sizeBytes, PartialFile file, Shelf shelf, Ending ending) throws IOException {
        this.digest = digest;
        this.sizeBytes = sizeBytes;
        this.file = file;
        this.shelf = shelf;
        this.ending = ending;
        this.state = new PartialState(digest, sizeBytes, file.claims());
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

    PartialState state() {
        return state;
    }

    /** One more share or reader; false if the last one has left and the files are closed. */
    boolean enter() {
        return state.enter();
    }

    /** One share or reader less; the last one closes the files. */
    void leave() throws IOException {
        if (state.leave()) {
            ending.closed(this);
            writing.lock();
            try {
                file.close();
            } finally {
                writing.unlock();
            }
        }
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
                state.requireUsable();
                long from = Math.min(end, state.firstMissing(at));
                long to = Math.min(end, state.firstPresent(from));
                if (to > from) {
                    ByteBuffer missing = bytes.slice(bytes.position() + (int) (from - offset), (int) (to - from));
                    file.write(from, missing.duplicate());
                    arrived(from, missing);
                }
                at = to;
            }
            bytes.position(bytes.limit());
            file.catchUp(state::firstMissing);
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
                file.hashInsideLeaf(at, bytes.slice(bytes.position(), length));
                if (state.addInsideLeaf(new ByteRange(at, length))) {
                    endLeaf(leaf);
                }
                bytes.position(bytes.position() + length);
                at += length;
            }
        } finally {
            state.wakeSatisfied();
        }
    }

    private void endLeaf(long leaf) throws IOException {
        try {
            file.endLeaf(leaf);
        } catch (IOException e) {
            state.removeLeaf(leaf);
            throw e;
        }
    }

    /** The first byte missing, after a look at what an earlier process says it had there. */
    long firstMissing(long from) {
        long missing = state.firstMissing(from);
        while (missing < sizeBytes && state.isClaimed(Leaf.of(missing))) {
            verifyClaims(missing);
            missing = state.firstMissing(missing);
        }
        return missing;
    }

    Optional<ByteRange> nextGap() {
        Optional<ByteRange> gap = state.gap();
        while (gap.isPresent() && state.isClaimed(Leaf.of(gap.get().offset()))) {
            verifyClaims(gap.get().offset());
            gap = state.gap();
        }
        return gap;
    }

    /** Hashes the claimed leaves that follow one another from an offset. */
    private void verifyClaims(long from) {
        writing.lock();
        try {
            for (long leaf = Leaf.of(from); state.isClaimed(leaf); leaf++) {
                verifyClaim(leaf);
            }
        } finally {
            writing.unlock();
        }
    }

    private void verifyClaim(long leaf) {
        if (!state.isClaimed(leaf)) {
            return;
        }
        writing.lock();
        try {
            if (state.isClaimed(leaf)) {
                state.settleClaim(leaf, file.verify(leaf));
            }
        } finally {
            writing.unlock();
        }
    }

    void startOver() throws IOException {
        writing.lock();
        try {
            state.requireUsable();
            state.startOver();
            file.startOver();
        } finally {
            writing.unlock();
        }
    }

    void prove() throws IOException {
        writing.lock();
        try {
            state.requireUsable();
            if (!state.isComplete()) {
                throw new IllegalStateException(
                        "bytes of " + digest + " are missing from " + state.firstMissing(0) + " on");
            }
            Digest actual = file.digest();
            if (!actual.equals(digest)) {
                ContentException.Corrupt wrong = new ContentException.Corrupt(
                        digest, "the source sent " + sizeBytes + " bytes that are " + actual + ", not " + digest);
                discard(wrong);
                throw wrong;
            }
            try {
                file.flushLeaves();
            } finally {
                state.prove();
            }
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
            state.commit();
            return outcome;
        } finally {
            writing.unlock();
        }
    }

    void discard(IOException cause) {
        writing.lock();
        try {
            if (!state.discard(cause)) {
                return;
            }
            letGo(cause);
        } finally {
            writing.unlock();
        }
    }

    private void letGo(IOException cause) {
        try {
            file.delete();
        } catch (IOException e) {
            cause.addSuppressed(e);
        } finally {
            ending.discarded(this); // only now may another partial use the names of these files
        }
    }

    void abandon(IOException cause) {
        writing.lock();
        try {
            if (state.isEmpty()) {
                letGo(cause); // first: whoever is told of the end, and asks again, does not find this
                state.discard(cause);
            } else {
                state.stopFill(cause);
            }
        } finally {
            writing.unlock();
        }
    }

    /** As {@link PartialState#await}, after a look at what an earlier process says it had there. */
    long await(Waiters.Waiter waiter, long offset, long heldFrom) throws IOException {
        verifyClaim(Leaf.of(offset));
        return state.await(waiter, offset, heldFrom);
    }

    /** What the registry of partials does when one ends. */
    interface Ending {
        void committed(SharedPartial fill, CommitOutcome outcome);

        void discarded(SharedPartial fill);

        /** Nobody uses it any more; if it did not end before, its files stay for the next. */
        void closed(SharedPartial fill);
    }
}
