package dev.mangrove.proxy.pullthrough;

import java.time.Duration;

/**
 * How long a tag counts as checked, and what then.
 *
 * @param window how long an answer of an upstream about a tag is used without asking again
 * @param patience how long a pull waits for a check when there is a last known answer to give instead
 */
public record Freshness(Duration window, Policy policy, Duration patience) {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** What happens to a tag that was last checked before the window. */
    public enum Policy {
        /** It is checked, and not served if it cannot be. */
        FRESH,
        /** It is checked, and served as last seen, with a warning, if that cannot be done soon. */
        STALE_OK,
        /** Once seen it is never checked again. */
        PINNED
    }

    /** What a site wants: a minute old, and anything rather than nothing. */
    public static final Freshness DEFAULT = new Freshness(Duration.ofMinutes(1), Policy.STALE_OK);

    /** With the usual patience. */
    public Freshness(Duration window, Policy policy) {
        this(window, policy, PATIENCE);
    }

    public Freshness {
        if (window.isNegative()) {
            throw new IllegalArgumentException("a freshness window is not negative: " + window);
        }
    }
}
