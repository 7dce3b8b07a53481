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

    /** Times a delta may be cut off by the network before its target is asked for whole. */
    private static final int MAX_CUTS = 3;

    private record Standing(Instant since, int cuts, boolean bad) {}

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

    /** It could not be had; what came of it is kept, and the next fill goes on with it. */
    synchronized void cut(Digest delta) {
        Standing before = records.get(delta);
        int cuts = before == null ? 1 : before.cuts() + 1;
        records.put(delta, new Standing(clock.instant(), cuts, cuts >= MAX_CUTS));
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
