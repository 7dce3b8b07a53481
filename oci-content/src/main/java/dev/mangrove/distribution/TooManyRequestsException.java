package dev.mangrove.distribution;

import java.io.IOException;
import java.time.Duration;

/** A client asks more often than it may: answered with 429 and a {@code Retry-After}. The message reaches the client. */
public final class TooManyRequestsException extends IOException {
    private static final long serialVersionUID = 1;
    private final Duration retryAfter;

    public TooManyRequestsException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    /** When to come back. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
