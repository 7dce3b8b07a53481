package dev.mangrove.e2e.bench;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * A server that is measured.
 *
 * @param pathOf where it keeps a blob
 * @param stop ends it
 */
record Contender(String name, int port, long pid, PathOf pathOf, Runnable stop) implements AutoCloseable {
    /** Where a server keeps a blob. */
    @FunctionalInterface
    interface PathOf {
        String blob(String digest);
    }

    static final String REPOSITORY = "bench/blobs";

    static PathOf registryPaths() {
        return digest -> "/v2/" + REPOSITORY + "/blobs/" + digest;
    }

    /** CPU time of the process and its children so far. */
    double cpuSeconds() {
        ProcessHandle handle = ProcessHandle.of(pid).orElseThrow();
        return Stream.concat(Stream.of(handle), handle.descendants())
                        .map(each -> each.info().totalCpuDuration().orElse(Duration.ZERO))
                        .mapToLong(Duration::toMillis)
                        .sum()
                / 1e3;
    }

    @Override
    public void close() {
        stop.run();
    }
}
