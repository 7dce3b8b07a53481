package dev.mangrove.catalog.registry;

import dev.mangrove.content.log.NameRecord;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Protects what has no name yet: between the upload of a blob, or the answer that it need not be uploaded, and the
 * manifest that names it. A lease is a synced record, so one that is still good for most of its time is not renewed; which
 * ones are is remembered for a bounded number.
 */
final class Leases {
    /** How long a lease protects: the slowest push there is. */
    static final Duration DURATION = Duration.ofHours(24);

    private static final Duration RENEW_AFTER = Duration.ofHours(4);
    static final int MAX_REMEMBERED = 50_000;

    private record Held(Location repository, Digest digest) {}

    private final InstantSource clock;
    private final Map<Held, Instant> renewAt;

    Leases(InstantSource clock) {
        this.clock = clock;
        this.renewAt = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Held, Instant> eldest) {
                return size() > MAX_REMEMBERED;
            }
        };
    }

    /** The record to append, unless a lease that was appended a short time ago still holds. */
    synchronized Optional<NameRecord> due(Location repository, Digest digest) {
        Instant now = clock.instant();
        Instant renew = renewAt.get(new Held(repository, digest));
        if (renew != null && now.isBefore(renew)) {
            return Optional.empty();
        }
        return Optional.of(new NameRecord.Leased(repository, digest, now.plus(DURATION)));
    }

    synchronized int remembered() {
        return renewAt.size();
    }

    /** Remembers that the record is in the log; not before, since an append may fail. */
    synchronized void appended(NameRecord.Leased lease) {
        Held held = new Held(lease.repository(), lease.digest());
        renewAt.remove(held);
        renewAt.put(held, lease.until().minus(DURATION).plus(RENEW_AFTER));
    }
}
