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

    void take(Location repository, Collection<Digest> bases) throws IOException {
        Instant until = clock.instant().plus(TERM);
        List<NameRecord> leases = new ArrayList<>();
        bases.forEach(base -> leases.add(new NameRecord.Leased(repository, base, until)));
        if (!leases.isEmpty()) {
            names.append(leases);
        }
    }
}
