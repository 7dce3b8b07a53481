package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.ContentException;
import dev.mangrove.distribution.Via;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Lets all who ask the same question at the same time wait for one answer. The question is asked on a virtual thread of
 * its own: who has waited long enough may leave, and the answer still arrives for those who come later.
 */
final class Flights<K, V> {
    /** Questions open at once; more are refused, since each holds an upstream connection. */
    static final int MAX_OPEN = 1_000;

    private final ConcurrentHashMap<K, CompletableFuture<V>> open = new ConcurrentHashMap<>();

    /** Asks the question. */
    @FunctionalInterface
    interface Script<V> {
        V run() throws IOException;
    }

    /** The answer of the flight under way, or of a new one. */
    V join(K key, Script<V> script) throws IOException {
        Flight<V> flight = flight(key, script);
        try {
            return result(flight.answer());
        } catch (ContentException.Loop e) {
            if (flight.own()) {
                throw e;
            }
            return script.run(); // it came round by the way of whoever asked first, which need not be ours
        }
    }

    /** @param own whether it was started for who joins it */
    private record Flight<V>(CompletableFuture<V> answer, boolean own) {}

    /**
     * As {@link #join}, but empty if there is no answer within that time, in which case the flight goes on, or none but
     * that whoever asked first had come in a loop.
     */
    Optional<V> join(K key, Script<V> script, Duration patience) throws IOException {
        Flight<V> joined = flight(key, script);
        CompletableFuture<V> flight = joined.answer();
        try {
            flight.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            boolean foreignLoop = !joined.own() && e.getCause() instanceof ContentException.Loop;
            return foreignLoop ? Optional.empty() : Optional.of(result(flight));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContentException.Unavailable("interrupted while waiting for an upstream", e);
        }
        return Optional.of(result(flight));
    }

    /** Questions open now. */
    int open() {
        return open.size();
    }

    private Flight<V> flight(K key, Script<V> script) throws IOException {
        if (open.size() >= MAX_OPEN && !open.containsKey(key)) {
            throw new ContentException.Unavailable(
                    "too many questions to upstreams are open; try again", null, Optional.of(Duration.ofSeconds(1)));
        }
        CompletableFuture<V> mine = new CompletableFuture<>();
        CompletableFuture<V> flying = open.putIfAbsent(key, mine);
        if (flying != null) {
            return new Flight<>(flying, false);
        }
        Via via = Via.current();
        Thread.ofVirtual().name("ask " + key).start(() -> ScopedValue.where(Via.CURRENT, via)
                .run(() -> {
                    try {
                        V answer = script.run();
                        open.remove(key, mine); // first: who comes after the answer was given asks anew
                        mine.complete(answer);
                    } catch (Throwable e) { // whoever waits must learn of it, whatever it is
                        open.remove(key, mine);
                        mine.completeExceptionally(e);
                    }
                }));
        return new Flight<>(mine, true);
    }

    private V result(CompletableFuture<V> flight) throws IOException {
        try {
            return flight.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContentException.Unavailable("interrupted while waiting for an upstream", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case null, default -> throw new IllegalStateException("a question to an upstream failed", e);
            }
        }
    }
}
