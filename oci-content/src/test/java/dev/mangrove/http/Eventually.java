package dev.mangrove.http;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread will do, as long as it takes within a generous limit. */
public final class Eventually {
    private static final long LIMIT_NANOS = 120_000_000_000L;
    private static final long POLL_NANOS = 2_000_000L;

    private Eventually() {}

    /** Returns when the condition holds; fails if it does not come true. */
    public static void holds(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                fail("did not come true: " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
