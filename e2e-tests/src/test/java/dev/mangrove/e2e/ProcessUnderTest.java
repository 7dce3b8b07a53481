package dev.mangrove.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A program that runs for as long as a test needs it. Its output is kept (the last lines in memory, all of it in a file),
 * its readiness is a line it prints or a port it opens, and closing it ends the process and everything the process
 * started, by process id.
 */
public final class ProcessUnderTest implements AutoCloseable {
    private static final Duration STOP_LIMIT = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(10);
    private static final Duration LOOK_FOR_CHILDREN = Duration.ofMillis(100);
    private static final int LINES_KEPT = 400;

    /** Ended by the shutdown hook when the test JVM is told to stop in the middle of a test. */
    private static final Set<ProcessUnderTest> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(ProcessUnderTest::kill)));
    }

    private final String name;
    private final Process process;
    private final Path log;
    private final Thread reader;
    private final Deque<String> lines = new ArrayDeque<>();
    private boolean outputEnded;

    private ProcessUnderTest(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        // Not a virtual one: reading a pipe holds on to its carrier, and a few silent processes would hold them all.
        this.reader = Thread.ofPlatform().daemon().name(name + "-output").start(this::readOutput);
        RUNNING.add(this);
    }

    /** Starts {@code command} in {@code folder}; its output goes to {@code folder/name.log} as well. */
    public static ProcessUnderTest start(
            String name, Path folder, Map<String, String> environment, List<String> command) {
        try {
            Files.createDirectories(folder);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
            // A proxy in the environment would change which route a client takes, and with it what the test proves.
            builder.environment().keySet().removeIf(key -> key.toLowerCase(java.util.Locale.ROOT)
                    .endsWith("_proxy"));
            builder.environment().putAll(environment);
            return new ProcessUnderTest(name, builder.start(), folder.resolve(name + ".log"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name + ": " + String.join(" ", command), e);
        }
    }

    private void readOutput() {
        try (InputStream in = process.getInputStream();
                BufferedReader text = new BufferedReader(new java.io.InputStreamReader(in, StandardCharsets.UTF_8));
                OutputStream file = Files.newOutputStream(log)) {
            String line;
            while ((line = text.readLine()) != null) {
                file.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                synchronized (lines) {
                    if (lines.size() == LINES_KEPT) {
                        lines.removeFirst();
                    }
                    lines.addLast(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException e) {
            synchronized (lines) {
                lines.addLast("(output lost: " + e + ")");
            }
        } finally {
            synchronized (lines) {
                outputEnded = true;
                lines.notifyAll();
            }
        }
    }

    /** Waits for a line of output; a process that ends first fails at once, with what it printed. */
    ProcessUnderTest awaitLine(Predicate<String> wanted, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (lines) {
            while (lines.stream().noneMatch(wanted)) {
                long left = deadline - System.nanoTime();
                if (outputEnded) {
                    throw new IllegalStateException(name + " ended before it was ready\n" + tail());
                }
                if (left <= 0) {
                    throw new IllegalStateException(name + " was not ready within " + limit + "\n" + tail());
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(lines, left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("interrupted while waiting for " + name, e);
                }
            }
        }
        return this;
    }

    /** For a program that says nothing when it is ready: asks its port until it answers. */
    public ProcessUnderTest awaitPort(int port, Duration limit) {
        return awaitThat("port " + port + " accepts connections", limit, () -> accepts(port));
    }

    /** Asks until {@code condition} holds; a process that ends first fails at once, with what it printed. */
    ProcessUnderTest awaitThat(String what, Duration limit, java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (!process.isAlive()) {
                awaitOutput();
                throw new IllegalStateException(name + " ended before " + what + "\n" + tail());
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(name + ": not true within " + limit + ": " + what + "\n" + tail());
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return this;
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    public long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    List<String> output() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** The last lines of output, for a failure message. */
    String tail() {
        List<String> all = output();
        return "--- last output of " + name + " (all of it: " + log + ")\n"
                + String.join("\n", all.subList(Math.max(0, all.size() - 40), all.size()));
    }

    /** SIGKILL, as a power cut would: no chance to clean up. Children are killed as well. */
    void kill() {
        Set<ProcessHandle> children = children();
        children.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        end(children);
    }

    /** SIGTERM first, and SIGKILL for whoever is still there after a while. */
    @Override
    public void close() {
        Set<ProcessHandle> children = children();
        process.destroy();
        if (!endsWithin(STOP_LIMIT, children)) {
            process.destroyForcibly();
        }
        end(children);
    }

    /** Asks the process to end and returns its exit code. */
    int stop() {
        Set<ProcessHandle> children = children();
        process.destroy();
        if (!endsWithin(STOP_LIMIT, children)) {
            throw new IllegalStateException(name + " did not end within " + STOP_LIMIT + " of SIGTERM\n" + tail());
        }
        end(children);
        return process.exitValue();
    }

    /** Waits for the process to end by itself and returns its exit code. */
    int awaitExit(Duration limit) {
        if (!endsWithin(limit, new LinkedHashSet<>())) {
            throw new IllegalStateException(name + " did not end within " + limit + "\n" + tail());
        }
        awaitOutput();
        return process.exitValue();
    }

    /** Children that it starts meanwhile are added: once it has ended nobody knows whose they were. */
    private boolean endsWithin(Duration limit, Set<ProcessHandle> children) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (!process.waitFor(LOOK_FOR_CHILDREN.toMillis(), TimeUnit.MILLISECONDS)) {
                children.addAll(children());
                if (System.nanoTime() - deadline > 0) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Set<ProcessHandle> children() {
        return process.descendants().collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Ends the children that outlived the process, and theirs. Only the process itself is the test's business. */
    private void end(Set<ProcessHandle> children) {
        try {
            awaitEnd(process.toHandle());
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(this + " cannot be ended\n" + tail(), e);
        } finally {
            Set<ProcessHandle> all = new LinkedHashSet<>(children);
            children.forEach(child -> child.descendants().forEach(all::add));
            all.forEach(ProcessHandle::destroyForcibly);
            all.forEach(this::awaitEndOfChild);
            awaitOutput();
            RUNNING.remove(this);
        }
    }

    private void awaitEndOfChild(ProcessHandle child) {
        try {
            awaitEnd(child);
        } catch (ExecutionException | TimeoutException e) {
            System.out.println(name + ": its child " + child.pid() + " cannot be ended: " + e);
        }
    }

    private static void awaitEnd(ProcessHandle handle) throws ExecutionException, TimeoutException {
        try {
            handle.onExit().get(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the process printed last may still be in the pipe when it has ended. */
    private void awaitOutput() {
        try {
            reader.join(STOP_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return name + " (process " + process.pid() + ")";
    }
}
