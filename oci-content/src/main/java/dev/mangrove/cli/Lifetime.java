package dev.mangrove.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The end of a long-running process: on SIGTERM or SIGINT what was started is closed in the reverse order, then the
 * process leaves with 0, so that a service manager takes a drained stop for a clean one. A role that cannot go on ends
 * the process the same way, with {@link ExitCode#STORE_FAILED}, so that the manager starts it again. Any thread.
 */
public final class Lifetime implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final Deque<Part> parts = new ArrayDeque<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final PrintWriter messages;
    private boolean closing;

    private record Part(String name, Role.Running running) {}

    /** @param messages where a line about each step of the end goes */
    public Lifetime(PrintWriter messages) {
        this.messages = messages;
    }

    /** Takes something that was started; it is closed before everything that was added earlier. */
    public synchronized void add(String name, Role.Running running) {
        parts.push(new Part(name, running));
    }

    /** From now on a signal closes what was added. Before anybody is told that the process is ready. */
    public void endOnSignal() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::closeAndLeave, "drain"));
    }

    /**
     * Blocks until a role failed, or until a signal came and everything is closed: then the process ends in here. Returns
     * too if {@link #close} is called by someone else.
     *
     * @return with what the process should leave
     */
    public ExitCode await() throws InterruptedException {
        return await(LOOK_EVERY);
    }

    ExitCode await(Duration lookEvery) throws InterruptedException {
        while (!closed.await(lookEvery.toMillis(), TimeUnit.MILLISECONDS)) {
            Optional<String> failed = failure();
            if (failed.isPresent()) {
                messages.println("error: " + failed.get());
                messages.println("stopping: no new requests, those under way are finished");
                closeAll();
                messages.flush();
                return ExitCode.STORE_FAILED;
            }
        }
        return ExitCode.DONE;
    }

    private synchronized Optional<String> failure() {
        for (Part part : parts) {
            Optional<String> failed = part.running.failure();
            if (failed.isPresent()) {
                return Optional.of(part.name + " cannot go on: " + failed.get());
            }
        }
        return Optional.empty();
    }

    // a hook cannot change the status the signal gives, so it ends the process itself
    private void closeAndLeave() {
        if (closed.getCount() == 0) {
            return; // the process ends by itself, with a status of its own
        }
        messages.println("stopping: no new requests, those under way are finished");
        boolean clean = closeAll();
        messages.println(clean ? "stopped" : "stopped with errors");
        messages.flush();
        Runtime.getRuntime().halt(clean ? ExitCode.DONE.code() : ExitCode.ERROR.code());
    }

    @Override
    public void close() {
        closeAll();
    }

    private synchronized boolean closeAll() {
        boolean clean = true;
        if (closing) {
            return true;
        }
        closing = true;
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            try {
                part.running.close();
            } catch (IOException | RuntimeException e) {
                clean = false;
                messages.println("error: closing the " + part.name + ": " + e.getMessage());
            }
        }
        closed.countDown();
        return clean;
    }
}
