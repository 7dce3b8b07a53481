package dev.mangrove.catalog.access;

import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Slows down guessing: too many wrong passwords for a user from one address in a window, and it has to wait for its end.
 * An address may fail more often over all its users, because a region passes the logins of all of its own on.
 */
final class FailedLogins {
    static final int MAX_FAILURES = 20;
    static final int MAX_FAILURES_OF_ADDRESS = 200;
    static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MAX_USER_CHARS = 256;

    private record Guess(InetAddress from, String user) {}

    private final FailureWindows<Guess> guesses;
    private final FailureWindows<InetAddress> addresses;

    FailedLogins(InstantSource clock) {
        this.guesses = new FailureWindows<>(MAX_FAILURES, WINDOW, clock);
        this.addresses = new FailureWindows<>(MAX_FAILURES_OF_ADDRESS, WINDOW, clock);
    }

    /** How long the address has to wait before the next try for that user; empty: not at all. */
    Optional<Duration> wait(InetAddress from, String user) {
        return addresses.wait(from).or(() -> guesses.wait(guess(from, user)));
    }

    void failed(InetAddress from, String user) {
        addresses.failed(from);
        guesses.failed(guess(from, user));
    }

    /** Names come from whoever asks: what is kept of one is bounded. */
    private static Guess guess(InetAddress from, String user) {
        return new Guess(from, user.substring(0, Math.min(MAX_USER_CHARS, user.length())));
    }
}
