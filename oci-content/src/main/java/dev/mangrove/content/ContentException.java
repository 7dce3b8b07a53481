package dev.mangrove.content;

import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure to get or keep content. Messages say what was tried, on what, why it failed and what to do; they never hold
 * a path of this machine or a secret, so they may reach clients.
 */
public abstract sealed class ContentException extends IOException {
    private ContentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Whether the same call may succeed later without anyone changing anything. */
    public abstract boolean retryable();

    /** Bytes that are not what they are named. */
    public static final class Corrupt extends ContentException {
        private final Digest expected;

        public Corrupt(Digest expected, String message) {
            super(message, null);
            this.expected = expected;
        }

        /** The digest the bytes should have had. */
        public Digest expected() {
            return expected;
        }

        @Override
        public boolean retryable() {
            return true;
        }
    }

    /** The place content should come from does not answer, or not usefully. */
    public static final class Unavailable extends ContentException {
        private final Optional<Duration> retryAfter;
        private final boolean answered;

        public Unavailable(String message, @Nullable Throwable cause) {
            this(message, cause, Optional.empty());
        }

        public Unavailable(String message, @Nullable Throwable cause, Optional<Duration> retryAfter) {
            this(message, cause, retryAfter, false);
        }

        private Unavailable(
                String message, @Nullable Throwable cause, Optional<Duration> retryAfter, boolean answered) {
            super(message, cause);
            this.retryAfter = retryAfter;
            this.answered = answered;
        }

        /** The other side was reached and says that something is wrong with it, or behind it, which is more than being away. */
        public static Unavailable answered(String message, Optional<Duration> retryAfter) {
            return new Unavailable(message, null, retryAfter, true);
        }

        /** Whether the other side was reached: asking it again costs it work, and waiting for the link mends nothing. */
        public boolean isAnswered() {
            return answered;
        }

        /** When the other side said to come back. */
        public Optional<Duration> retryAfter() {
            return retryAfter;
        }

        @Override
        public boolean retryable() {
            return true;
        }
    }

    /** A rule forbids it. */
    public static final class Refused extends ContentException {
        private final boolean loginHelps;

        public Refused(String message, boolean loginHelps) {
            super(message, null);
            this.loginHelps = loginHelps;
        }

        /** Whether credentials, or other ones, may change the answer (401 rather than 403). */
        public boolean loginHelps() {
            return loginHelps;
        }

        @Override
        public boolean retryable() {
            return false;
        }
    }

    /** No room: disk, quota or reserve. Reads go on. */
    public static final class OverBudget extends ContentException {
        public OverBudget(String message, @Nullable Throwable cause) {
            super(message, cause);
        }

        @Override
        public boolean retryable() {
            return true;
        }
    }

    /** The request came back to a node it had passed already. */
    public static final class Loop extends ContentException {
        public Loop(String message) {
            super(message, null);
        }

        @Override
        public boolean retryable() {
            return false;
        }
    }
}
