package dev.mangrove.catalog.delta;

import dev.mangrove.catalog.delta.DeltaEvents.Outcome;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The jobs that wait for the one thread that makes deltas: those of pushes first, then those that somebody asked for. A
 * full queue drops what comes: the target can always be had whole, so nothing is owed. Safe for any thread.
 */
final class DeltaQueue implements AutoCloseable {
    static final int MAX_EAGER = 1_000;
    static final int MAX_WANTED = 100;

    private final Work work;
    private final DeltaEvents events;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Job> eager = new ArrayDeque<>();
    private final ArrayDeque<Job> wanted = new ArrayDeque<>();
    private final Set<Job> pending = new HashSet<>();
    private final Thread worker;
    private volatile boolean closed;

    /** Does one job; asks {@code cancelled} now and then. */
    @FunctionalInterface
    interface Work {
        Outcome run(Job job, Cancelled cancelled) throws IOException;
    }

    /** Whether a job should end early. */
    @FunctionalInterface
    interface Cancelled {
        boolean isCancelled();
    }

    DeltaQueue(Work work, DeltaEvents events) {
        this.work = work;
        this.events = events;
        this.worker = Thread.ofPlatform()
                .name("deltas")
                .daemon()
                .priority(Thread.MIN_PRIORITY)
                .unstarted(this::loop);
    }

    void start() {
        worker.start();
    }

    /** A job that follows a push. Returns at once. */
    void offer(Job job) {
        add(job, eager, MAX_EAGER);
    }

    /** A job that somebody asked for. Returns at once. */
    void want(Job job) {
        add(job, wanted, MAX_WANTED);
    }

    /** Jobs that wait or are under way. */
    int depth() {
        lock.lock();
        try {
            return pending.size();
        } finally {
            lock.unlock();
        }
    }

    /** Jobs that wait: those of pushes, and those that somebody asked for. */
    record Depths(int eager, int wanted) {}

    Depths waiting() {
        lock.lock();
        try {
            return new Depths(eager.size(), wanted.size());
        } finally {
            lock.unlock();
        }
    }

    private void add(Job job, ArrayDeque<Job> queue, int limit) {
        boolean dropped;
        lock.lock();
        try {
            if (closed || pending.contains(job)) {
                return;
            }
            dropped = queue.size() >= limit;
            if (!dropped) {
                pending.add(job);
                queue.add(job);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
        if (dropped) {
            events.finished(job.repository(), Outcome.DROPPED);
        }
    }

    private void loop() {
        for (Optional<Job> next = take(); next.isPresent(); next = take()) {
            Job job = next.get();
            try {
                events.finished(job.repository(), work.run(job, () -> closed));
            } catch (IOException | RuntimeException e) {
                events.failed(job.repository(), job.target(), e);
            } finally {
                done(job);
            }
        }
    }

    private Optional<Job> take() {
        lock.lock();
        try {
            while (!closed && eager.isEmpty() && wanted.isEmpty()) {
                changed.awaitUninterruptibly();
            }
            if (closed) {
                return Optional.empty();
            }
            return Optional.of(eager.isEmpty() ? wanted.remove() : eager.remove());
        } finally {
            lock.unlock();
        }
    }

    private void done(Job job) {
        lock.lock();
        try {
            pending.remove(job);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the worker, soon and without its job, and waits for it. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            worker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
