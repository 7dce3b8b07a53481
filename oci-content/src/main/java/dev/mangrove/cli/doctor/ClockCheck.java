package dev.mangrove.cli.doctor;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** Compares this machine's clock with the one another machine shows in its answers. */
final class ClockCheck {
    private static final String WHAT = "clock";
    private static final String NEXT = "set the clock, and keep it set: timedatectl set-ntp true";
    private static final Duration NOTABLE = Duration.ofSeconds(30);

    /** From here on tokens count as run out before they are used, and fresh certificates as not yet valid. */
    private static final Duration HARMFUL = Duration.ofMinutes(5);

    private ClockCheck() {}

    /**
     * Judges a {@code Date} header.
     *
     * @param asked when the question was sent
     * @param answered when the answer came; the other clock was read in between
     */
    static Optional<Finding> of(String other, Optional<String> date, Instant asked, Instant answered) {
        return date.flatMap(ClockCheck::parse).map(theirs -> judge(other, skew(theirs, asked, answered)));
    }

    private static Optional<Instant> parse(String date) {
        try {
            return Optional.of(ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT))
                    .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** How far we are ahead at least; the header has whole seconds. */
    private static Duration skew(Instant theirs, Instant asked, Instant answered) {
        if (asked.isAfter(theirs.plusSeconds(1))) {
            return Duration.between(theirs.plusSeconds(1), asked);
        }
        return answered.isBefore(theirs) ? Duration.between(theirs, answered) : Duration.ZERO;
    }

    private static Finding judge(String other, Duration skew) {
        String detail = skew.isZero()
                ? "the same as at " + other
                : skew.abs().toSeconds() + " s " + (skew.isNegative() ? "behind " : "ahead of ") + other;
        if (skew.abs().compareTo(HARMFUL) >= 0) {
            return Finding.fail(WHAT, detail + ": tokens and certificates will be refused", NEXT);
        }
        return skew.abs().compareTo(NOTABLE) >= 0 ? Finding.warn(WHAT, detail, NEXT) : Finding.ok(WHAT, detail);
    }
}
