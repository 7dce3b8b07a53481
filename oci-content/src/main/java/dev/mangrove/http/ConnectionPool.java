package dev.mangrove.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Connections kept for the next call, the latest used first, and the count of those open to each origin. An origin
 * without connections takes no room. Safe for any thread.
 */
final class ConnectionPool {
    private final int maxPerOrigin;
    private final long idleNanos;
    private final long waitNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Origin, Deque<ClientConnection>> idle = new HashMap<>();
    private final Map<Origin, Integer> open = new HashMap<>();
    private boolean closed;

    ConnectionPool(CallerOptions options) {
        maxPerOrigin = options.maxConnectionsPerOrigin();
        idleNanos = options.idleTimeout().toNanos();
        waitNanos = options.stallTimeout().toNanos();
    }

    /**
     * An idle connection, or the right to open one (to be given back by {@link #closed}).
     *
     * @throws NoFreeConnectionException if all the origin's connections stayed in use for too long
     */
    Optional<ClientConnection> take(Origin origin) throws IOException {
        lock.lock();
        try {
            long left = waitNanos;
            while (true) {
                if (closed) {
                    throw new IOException("this caller was closed");
                }
                Optional<ClientConnection> kept = takeIdle(origin);
                if (kept.isPresent()) {
                    return kept;
                }
                if (open.getOrDefault(origin, 0) < maxPerOrigin) {
                    open.merge(origin, 1, Integer::sum);
                    return Optional.empty();
                }
                if (left <= 0) {
                    throw new NoFreeConnectionException(
                            "all " + maxPerOrigin + " connections to " + origin + " are in use; try again later");
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a connection to " + origin);
        } finally {
            lock.unlock();
        }
    }

    private Optional<ClientConnection> takeIdle(Origin origin) {
        Deque<ClientConnection> kept = idle.get(origin);
        while (kept != null && !kept.isEmpty()) {
            ClientConnection connection = kept.pop();
            if (connection.channel().isActive() && System.nanoTime() - connection.idleSince() < idleNanos) {
                return Optional.of(connection);
            }
            connection.channel().close();
        }
        idle.remove(origin);
        return Optional.empty();
    }

    /** Puts a connection back after an exchange that ended well. */
    void keep(ClientConnection connection) {
        lock.lock();
        try {
            if (closed || !connection.channel().isActive()) {
                connection.channel().close();
                return;
            }
            connection.idleSince(System.nanoTime());
            idle.computeIfAbsent(connection.origin(), o -> new ArrayDeque<>()).push(connection);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A connection of the origin is gone, or was not made after all. */
    void closed(Origin origin) {
        lock.lock();
        try {
            open.computeIfPresent(origin, (o, count) -> count > 1 ? count - 1 : null);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Closes connections that nobody used for long. */
    void sweep() {
        List<ClientConnection> old = new ArrayList<>();
        lock.lock();
        try {
            long now = System.nanoTime();
            idle.values()
                    .forEach(kept -> kept.removeIf(connection -> {
                        boolean stale = closed || now - connection.idleSince() >= idleNanos;
                        if (stale) {
                            old.add(connection);
                        }
                        return stale;
                    }));
            idle.values().removeIf(Deque::isEmpty);
        } finally {
            lock.unlock();
        }
        old.forEach(connection -> connection.channel().close());
    }

    /** Connections open to an origin. */
    int open(Origin origin) {
        lock.lock();
        try {
            return open.getOrDefault(origin, 0);
        } finally {
            lock.unlock();
        }
    }

    /** Connections open to the origin that has most of them. */
    int openAtMost() {
        lock.lock();
        try {
            return open.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        } finally {
            lock.unlock();
        }
    }

    /** Closes the idle ones, and those in use when they are put back. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        sweep();
    }
}
