package dev.mangrove.content.log;

import dev.mangrove.content.ContentException;
import dev.mangrove.content.files.Ballast;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets threads that append at the same time share one write and one sync: whoever gets the lock writes for all who
 * queued before, the others find their unit done. A unit is applied to the view in log order before its append returns.
 */
final class GroupCommit {
    /** Most bytes of one batch, unless a single unit is larger: bounds what a reader of the log must buffer. */
    private static final int MAX_BATCH_BYTES = 4 * 1024 * 1024;

    private final NamesLog log;
    private final Follower follower;
    private final Ballast ballast;
    private final ReentrantLock turn = new ReentrantLock();
    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Exception failure;

    GroupCommit(NamesLog log, Follower follower, Ballast ballast) {
        this.log = log;
        this.follower = follower;
        this.ballast = ballast;
    }

    /** Why nothing can be appended until a restart. */
    Optional<Exception> failure() {
        return Optional.ofNullable(failure);
    }

    /** Appends one unit; durable and in the view on return. */
    void append(byte[] unit, List<NameRecord> records) throws IOException {
        if (Frame.sizeOf(unit) > Frame.MAX_PAYLOAD_BYTES) {
            throw new IllegalArgumentException(
                    "a unit of " + unit.length + " bytes is too large for the names log: append it in parts");
        }
        Waiting mine = new Waiting(unit, records);
        queue.add(mine);
        turn.lock();
        try {
            while (!mine.done) {
                writeBatch();
            }
        } finally {
            turn.unlock();
        }
        mine.throwFailure();
    }

    /** Appends a unit if a condition holds once everything queued before is in the view; durable on return. */
    boolean appendIf(Names.Condition condition, byte[] unit, List<NameRecord> records) throws IOException {
        Waiting mine = new Waiting(unit, records);
        turn.lock();
        try {
            while (!queue.isEmpty()) {
                writeBatch();
            }
            if (!condition.holds()) {
                return false;
            }
            writeBatch(List.of(mine));
        } finally {
            turn.unlock();
        }
        mine.throwFailure();
        return true;
    }

    /** Runs something while nobody appends. */
    void exclusively(Exclusive work) throws IOException {
        turn.lock();
        try {
            work.run();
        } finally {
            turn.unlock();
        }
    }

    private void writeBatch() {
        List<Waiting> batch = new ArrayList<>();
        int bytes = 0;
        for (Waiting next = queue.peek(); next != null; next = queue.peek()) {
            bytes += Frame.sizeOf(next.unit);
            if (!batch.isEmpty() && bytes > MAX_BATCH_BYTES) {
                break;
            }
            batch.add(queue.remove());
        }
        writeBatch(batch);
    }

    private void writeBatch(List<Waiting> batch) {
        try {
            long position = log.position();
            write(batch.stream().map(waiting -> waiting.unit).toList());
            follow(position, batch);
        } catch (IOException | RuntimeException e) {
            batch.forEach(waiting -> waiting.failure = e);
        } catch (Error e) {
            stop(batch, e);
            throw e;
        } finally {
            batch.forEach(waiting -> waiting.done = true);
        }
    }

    /** The others of the batch must not take an end that is no failure for a success; only a restart tells what is there. */
    private void stop(List<Waiting> batch, Error error) {
        Exception stopped = new ContentException.Unavailable(
                "the names log could not be written and takes no more: restart this process", error);
        failure = stopped;
        batch.forEach(waiting -> waiting.failure = stopped);
    }

    /** Once the view has missed a unit it must not see later ones: only a restart brings it up to date. */
    private void follow(long before, List<Waiting> batch) throws IOException {
        try {
            long position = before;
            for (Waiting waiting : batch) {
                position++;
                follower.apply(position, waiting.records);
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
            throw e;
        }
    }

    /** A full disk must not keep deletes from being written, for they are what makes room. */
    private void write(List<byte[]> units) throws IOException {
        if (failure != null) {
            throw new ContentException.Unavailable(
                    "the names failed and take no more: check the disk, then restart this process", failure);
        }
        try {
            log.append(units);
        } catch (ContentException.OverBudget e) {
            if (!ballast.release()) {
                throw e;
            }
            log.append(units);
        }
    }

    /** What keeps up with the log. */
    @FunctionalInterface
    interface Follower {
        void apply(long position, List<NameRecord> records) throws IOException;
    }

    /** Work that must not overlap an append. */
    @FunctionalInterface
    interface Exclusive {
        void run() throws IOException;
    }

    /** A unit whose append has not returned; its fields belong to the lock. */
    private static final class Waiting {
        final byte[] unit;
        final List<NameRecord> records;
        boolean done;

        @Nullable
        Exception failure;

        Waiting(byte[] unit, List<NameRecord> records) {
            this.unit = unit;
            this.records = records;
        }

        void throwFailure() throws IOException {
            switch (failure) {
                case null -> {}
                case ContentException.OverBudget e -> throw new ContentException.OverBudget(message(e), e);
                case IOException e -> throw new ContentException.Unavailable(message(e), e);
                case RuntimeException e -> throw e;
                case Exception e -> throw new IllegalStateException(e);
            }
        }

        private static String message(IOException e) {
            return e instanceof ContentException
                    ? String.valueOf(e.getMessage())
                    : "the names log could not be written: check the disk of the store, then try again";
        }
    }
}
