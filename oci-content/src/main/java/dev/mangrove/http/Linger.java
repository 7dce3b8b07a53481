package dev.mangrove.http;

/**
 * How long a connection stays open after its last answer, so that the client can read it: as long as the client still
 * sends, for it looks at the answer only after that, but not for ever.
 */
final class Linger {
    private static final long SILENCE_NANOS = 2_000_000_000L;
    private static final long MOST_NANOS = 30_000_000_000L;

    private final long beganNanos;

    Linger(long nowNanos) {
        this.beganNanos = nowNanos;
    }

    /** When to close if no byte comes after this one. */
    long deadlineNanos(long nowNanos) {
        return beganNanos + Math.min(nowNanos - beganNanos + SILENCE_NANOS, MOST_NANOS);
    }
}
