package dev.mangrove.delta;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** Runs tasks on an executor, a few at a time, and takes their results in order. */
final class OrderedTasks {
    /** Tasks handed over and not yet taken back; bounds the memory of the results. */
    private static final int MAX_AHEAD = 8;

    private final Executor executor;

    OrderedTasks(Executor executor) {
        this.executor = executor;
    }

    /** Makes one result. */
    @FunctionalInterface
    interface Task<T> {
        T run() throws IOException;
    }

    /** Takes one result. */
    @FunctionalInterface
    interface Taker<T> {
        void take(T result) throws IOException;
    }

    /** Runs all tasks; tasks are made lazily, in order, on the calling thread. */
    <T> void run(Iterator<Task<T>> tasks, Taker<T> taker) throws IOException {
        Deque<CompletableFuture<T>> ahead = new ArrayDeque<>();
        try {
            while (tasks.hasNext() || !ahead.isEmpty()) {
                while (tasks.hasNext() && ahead.size() < MAX_AHEAD) {
                    Task<T> task = tasks.next();
                    ahead.add(CompletableFuture.supplyAsync(() -> unchecked(task), executor));
                }
                taker.take(ahead.removeFirst().join());
            }
        } catch (CompletionException e) {
            if (e.getCause() instanceof UncheckedIOException io) {
                throw new IOException(io.getMessage(), io);
            }
            throw e;
        }
    }

    private static <T> T unchecked(Task<T> task) {
        try {
            return task.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
