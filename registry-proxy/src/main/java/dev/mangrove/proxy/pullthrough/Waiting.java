package dev.mangrove.proxy.pullthrough;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * How long somebody waits for a link that is down: not so many attempts, but so much time without any progress. Not safe
 * for several threads.
 */
final class Waiting {
    /** Longer than a router takes to start again, and than a breaker rests. */
    static final Duration LIMIT = Duration.ofMinutes(2);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final int MAX_DOUBLINGS = 5;

    private final InstantSource clock;
    private Instant lastProgress;
    private Duration paused = Duration.ZERO;

    Waiting(InstantSource clock) {
        this.clock = clock;
        this.lastProgress = clock.instant();
    }

    /** Something came. */
    void progressed() {
        lastProgress = clock.instant();
        paused = Duration.ZERO;
    }

    /** Whether nothing came for too long. */
    boolean isOver() {
        Duration passed = Duration.between(lastProgress, clock.instant());
        return (passed.compareTo(paused) > 0 ? passed : paused).compareTo(LIMIT) >= 0;
    }

    /** Whether waiting that long would be waiting for too long. */
    boolean wouldBeOver(Duration wait) {
        return paused.plus(wait).compareTo(LIMIT) >= 0;
    }

    /** The pause before the next attempt: doubled with each round of attempts. */
    Duration pause(int round) {
        return pause(round, Duration.ZERO);
    }

    /** The same, but not shorter than the other side asked for. */
    Duration pause(int round, Duration atLeast) {
        Duration own = FIRST_PAUSE.multipliedBy(1L << Math.min(round, MAX_DOUBLINGS));
        Duration pause = own.compareTo(atLeast) > 0 ? own : atLeast;
        paused = paused.plus(pause);
        return pause;
    }
}
