package dev.mangrove.distribution.client;

import dev.mangrove.content.ContentException;
import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import dev.mangrove.http.NoFreeConnectionException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * Stops asking a server that does not answer: after a few failures in a row every call fails at once for a while, then
 * one is let through to see. So a dead parent costs a cut-off site milliseconds per request, not a connect timeout. Only
 * the want of an answer counts: a server that refuses is alive.
 */
final class CircuitBreaker implements ScopedCaller {
    private static final int FAILURES_TO_OPEN = 2;
    private static final Duration FIRST_REST = Duration.ofSeconds(1);
    private static final Duration LONGEST_REST = Duration.ofSeconds(30);

    private final ScopedCaller next;
    private final WebOrigin server;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final ReentrantLock lock = new ReentrantLock();
    private int failures;
    private Instant closedUntil = Instant.MIN;
    private boolean probing;

    /** What a call says about the server. */
    private enum Seen {
        ALIVE,
        SILENT,
        NOTHING
    }

    CircuitBreaker(ScopedCaller next, WebOrigin server, InstantSource clock, RandomGenerator random) {
        this.next = next;
        this.server = server;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public CallResponse call(CallRequest request, List<Scope> scopes) throws IOException {
        enter();
        Seen seen = Seen.SILENT;
        try {
            CallResponse answer = next.call(request, scopes);
            seen = Seen.ALIVE;
            return answer;
        } catch (ContentException e) {
            seen = e instanceof ContentException.Unavailable ? Seen.SILENT : Seen.ALIVE;
            throw e;
        } catch (NoFreeConnectionException e) {
            seen = Seen.NOTHING;
            throw new ContentException.Unavailable(why(e), e);
        } catch (IOException e) {
            throw new ContentException.Unavailable(why(e), e);
        } finally {
            leave(seen);
        }
    }

    private void enter() throws ContentException {
        lock.lock();
        try {
            if (failures < FAILURES_TO_OPEN) {
                return;
            }
            if (probing || clock.instant().isBefore(closedUntil)) {
                throw new ContentException.Unavailable(
                        server + " did not answer the last " + failures + " times; it is not asked again right now",
                        null);
            }
            probing = true;
        } finally {
            lock.unlock();
        }
    }

    private void leave(Seen seen) {
        lock.lock();
        try {
            probing = false;
            if (seen == Seen.ALIVE) {
                failures = 0;
            }
            if (seen != Seen.SILENT) {
                return;
            }
            failures++;
            int doublings = Math.min(10, Math.max(0, failures - FAILURES_TO_OPEN));
            Duration rest = FIRST_REST.multipliedBy(1L << doublings);
            Duration capped = rest.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : rest;
            closedUntil = clock.instant().plusMillis(random.nextLong(capped.toMillis() / 2, capped.toMillis() + 1));
        } finally {
            lock.unlock();
        }
    }

    /** The server is named once; another one may be meant by the message, after a redirect. */
    private String why(IOException e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.contains(server.toString()) ? message : server + " cannot be reached: " + message;
    }
}
