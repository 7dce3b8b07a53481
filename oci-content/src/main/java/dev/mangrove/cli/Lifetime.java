package dev.mangrove.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;

/**
 * The end of a long-running process: on SIGTERM or SIGINT what was started is closed in the reverse order, then the
 * process leaves with 0, so that a service manager takes a drained stop for a clean one. Any thread.
 */
public final class Lifetime implements AutoCloseable {
    private final Deque<Part> parts = new ArrayDeque<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final PrintWriter messages;
    private boolean closing;

    private record Part(String name, AutoCloseable running) {}

    /** @param messages where a line about each step of the end goes */
    public Lifetime(PrintWriter messages) {
        this.messages = messages;
    }

    /** Takes something that was started; it is closed before everything that was added earlier. */
    public synchronized void add(String name, AutoCloseable running) {
        parts.push(new Part(name, running));
    }

    /** Blocks until a signal came and everything is closed. Returns only if {@link #close} is called by someone else. */
    public void await() throws InterruptedException {
        Thread onSignal = new Thread(this::closeAndLeave, "drain");
        Runtime.getRuntime().addShutdownHook(onSignal);
        closed.await();
    }

    // a hook cannot change the status the signal gives, so it ends the process itself
    private void closeAndLeave() {
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
            } catch (Exception e) {
                clean = false;
                messages.println("error: closing the " + part.name + ": " + e);
            }
        }
        closed.countDown();
        return clean;
    }
}
