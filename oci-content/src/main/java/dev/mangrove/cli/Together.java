package dev.mangrove.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does the same with several things, a few at a time; the first failure is thrown once all have ended. */
public final class Together {
    private Together() {}

    /** What is done with one. */
    @FunctionalInterface
    public interface Task<T, R> {
        /** Called from a thread of its own. */
        R run(T one) throws IOException;
    }

    /** What came of each, in the order of {@code all}. */
    public static <T, R> List<R> run(int atOnce, Collection<T> all, Task<T, R> task) throws IOException {
        List<Future<R>> running = new ArrayList<>();
        try (ExecutorService workers =
                Executors.newFixedThreadPool(atOnce, Thread.ofVirtual().factory())) {
            for (T one : all) {
                running.add(workers.submit(() -> task.run(one)));
            }
        }
        List<R> results = new ArrayList<>();
        for (Future<R> done : running) {
            results.add(result(done));
        }
        return results;
    }

    private static <R> R result(Future<R> done) throws IOException {
        try {
            return done.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }
}
