package dev.mangrove.proxy.plan;

import dev.mangrove.content.log.NameRecord;
import dev.mangrove.content.log.Names;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Keeps bases from eviction, from the plan on: room for the target is made after it. Safe for any thread. */
record BaseLeases(Names names, InstantSource clock) {
    /** Longer than any step of an update takes without progress. */
    private static final Duration TERM = Duration.ofHours(1);

    /** Often enough that nothing is evicted between, and seldom enough to cost the log nothing. */
    private static final Duration RENEWED_AFTER = Duration.ofMinutes(30);

    /** Takes leases that outlast their term for as long as their holder says that it gets on. */
    Renewing renewing(Location repository, Collection<Digest> bases) throws IOException {
        Renewing leases = new Renewing(repository, bases);
        leases.take();
        return leases;
    }

    /** For one thread. */
    final class Renewing {
        private final Location repository;
        private final Collection<Digest> bases;
        private Instant taken = Instant.MIN;

        private Renewing(Location repository, Collection<Digest> bases) {
            this.repository = repository;
            this.bases = bases;
        }

        /** There was progress, which over a slow link may take longer than a term in all. */
        void progressed() throws IOException {
            if (!clock.instant().isBefore(taken.plus(RENEWED_AFTER))) {
                take();
            }
        }

        private void take() throws IOException {
            taken = clock.instant();
            BaseLeases.this.take(repository, bases);
        }
    }

    void take(Location repository, Collection<Digest> bases) throws IOException {
        Instant until = clock.instant().plus(TERM);
        List<NameRecord> leases = new ArrayList<>();
        bases.forEach(base -> leases.add(new NameRecord.Leased(repository, base, until)));
        if (!leases.isEmpty()) {
            names.append(leases);
        }
    }
}
