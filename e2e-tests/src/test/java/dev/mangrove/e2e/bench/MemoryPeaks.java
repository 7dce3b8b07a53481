package dev.mangrove.e2e.bench;

import dev.mangrove.e2e.MangroveProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Watches what one process takes of the memory, from its start to {@link #close}. */
final class MemoryPeaks implements AutoCloseable {
    private static final long EVERY_MILLIS = 50;

    private final MangroveProcess process;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().unstarted(this::watch);
    private long anonymousKib;
    private long heapBytes;
    private long networkBytes;

    MemoryPeaks(MangroveProcess process) {
        this.process = process;
        thread.start();
    }

    private void watch() {
        try {
            do {
                anonymousKib = Math.max(anonymousKib, status("RssAnon"));
                heapBytes = Math.max(heapBytes, process.metric("mangrove_heap_bytes"));
                networkBytes = Math.max(networkBytes, process.metric("mangrove_network_buffer_bytes"));
            } while (!closing.await(EVERY_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long status(String field) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
                if (line.startsWith(field + ":")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
            return 0;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Ends watching and tells; the peak of RSS is the kernel's own. */
    String columns() {
        close();
        return String.format(
                Locale.ROOT,
                "%d | %d | %d | %d",
                status("VmHWM") / 1024,
                anonymousKib / 1024,
                heapBytes >> 20,
                networkBytes >> 20);
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
