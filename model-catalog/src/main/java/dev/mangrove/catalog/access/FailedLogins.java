package dev.mangrove.catalog.access;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Slows down guessing: an address with too many wrong passwords in a window has to wait for its end. */
final class FailedLogins {
    static final int MAX_FAILURES = 20;
    static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MAX_ADDRESSES = 20_000;

    private record Failures(int count, Instant windowEnds) {}

    private final InstantSource clock;
    private final Map<InetAddress, Failures> failures = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Failures> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };

    FailedLogins(InstantSource clock) {
        this.clock = clock;
    }

    /** How long the address has to wait before the next try; empty: not at all. */
    synchronized Optional<Duration> wait(InetAddress address) {
        Failures known = failures.get(address);
        Instant now = clock.instant();
        return known == null || known.count() < MAX_FAILURES || !now.isBefore(known.windowEnds())
                ? Optional.empty()
                : Optional.of(Duration.between(now, known.windowEnds()));
    }

    synchronized void failed(InetAddress address) {
        Instant now = clock.instant();
        Failures known = failures.get(address);
        if (known == null || !now.isBefore(known.windowEnds())) {
            failures.remove(address);
            failures.put(address, new Failures(1, now.plus(WINDOW)));
        } else {
            failures.put(address, new Failures(known.count() + 1, known.windowEnds()));
        }
    }
}
