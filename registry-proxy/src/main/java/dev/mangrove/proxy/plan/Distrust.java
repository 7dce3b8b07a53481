package dev.mangrove.proxy.plan;

import dev.mangrove.oci.Digest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** Deltas that failed here lately, and are not planned with again for a while. Safe for any thread. */
final class Distrust {
    static final Duration TERM = Duration.ofHours(1);

    private static final int MAX_REMEMBERED = 1_000;

    /** @param reachedBytes how much of the delta was ever seen here */
    private record Standing(Instant since, long reachedBytes, boolean bad) {}

    private final InstantSource clock;
    private final Map<Digest, Standing> records = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, Standing> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    Distrust(InstantSource clock) {
        this.clock = clock;
    }

    /** It did not lead to its target. */
    synchronized void bad(Digest delta) {
        records.put(delta, new Standing(clock.instant(), 0, true));
    }

    /**
     * The network broke off: no fault of the delta, however often it happens.
     *
     * @return whether it came further than ever before
     */
    synchronized boolean cut(Digest delta, long reachedBytes) {
        Standing before = records.get(delta);
        long reachedBefore = before == null ? 0 : before.reachedBytes();
        boolean bad = before != null && before.bad();
        records.put(delta, new Standing(clock.instant(), Math.max(reachedBytes, reachedBefore), bad));
        return reachedBytes > reachedBefore;
    }

    synchronized boolean isTrusted(Digest delta) {
        Standing found = records.get(delta);
        if (found != null && clock.instant().isAfter(found.since().plus(TERM))) {
            records.remove(delta);
            return true;
        }
        return found == null || !found.bad();
    }
}
