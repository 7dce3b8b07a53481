package dev.mangrove.catalog.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Counts failures of somebody in a window of time that begins with the first. Safe for any thread. */
final class FailureWindows<K> {
    private static final int MAX_KEYS = 20_000;

    private record Failures(int count, Instant windowEnds) {}

    private final int maxFailures;
    private final Duration window;
    private final InstantSource clock;
    private final Map<K, Failures> failures = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Failures> eldest) {
            return size() > MAX_KEYS;
        }
    };

    FailureWindows(int maxFailures, Duration window, InstantSource clock) {
        this.maxFailures = maxFailures;
        this.window = window;
        this.clock = clock;
    }

    /** How long somebody has to wait before the next try; empty: not at all. */
    synchronized Optional<Duration> wait(K key) {
        Failures known = failures.get(key);
        Instant now = clock.instant();
        return known == null || known.count() < maxFailures || !now.isBefore(known.windowEnds())
                ? Optional.empty()
                : Optional.of(Duration.between(now, known.windowEnds()));
    }

    synchronized void failed(K key) {
        Instant now = clock.instant();
        Failures known = failures.get(key);
        if (known == null || !now.isBefore(known.windowEnds())) {
            failures.remove(key); // so that it is the youngest
            failures.put(key, new Failures(1, now.plus(window)));
        } else {
            failures.put(key, new Failures(known.count() + 1, known.windowEnds()));
        }
    }
}
