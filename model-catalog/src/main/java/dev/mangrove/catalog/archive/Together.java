package dev.mangrove.catalog.archive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does the same with several things, a few at a time; the first failure is thrown once all have ended. */
final class Together {
    private Together() {}

    /** What is done with one. */
    @FunctionalInterface
    interface Task<T> {
        void run(T one) throws IOException;
    }

    static <T> void run(int atOnce, Collection<T> all, Task<T> task) throws IOException {
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService workers =
                Executors.newFixedThreadPool(atOnce, Thread.ofVirtual().factory())) {
            for (T one : all) {
                running.add(workers.submit(() -> {
                    task.run(one);
                    return one;
                }));
            }
        }
        for (Future<?> done : running) {
            rethrow(done);
        }
    }

    private static void rethrow(Future<?> done) throws IOException {
        try {
            done.get();
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
