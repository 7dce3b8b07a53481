package dev.mangrove.catalog.delta;

import dev.mangrove.observe.Counter;
import dev.mangrove.observe.Metrics;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;

/** Counts how delta jobs end and what they store, and tells another. */
public final class CountedDeltas implements DeltaEvents {
    private final DeltaEvents next;
    private final Counter jobs;
    private final Counter storedBytes;

    public CountedDeltas(Metrics metrics, DeltaEvents next) {
        this.next = next;
        this.jobs = metrics.counter("mangrove_delta_jobs_total", "Jobs of the delta queue that ended.", "outcome");
        this.storedBytes = metrics.counter("mangrove_delta_stored_bytes_total", "Bytes of deltas stored.");
    }

    @Override
    public void finished(Location repository, Outcome outcome) {
        jobs.add(1, outcome.label());
        next.finished(repository, outcome);
    }

    @Override
    public void failed(Location repository, Digest target, Exception why) {
        jobs.add(1, Outcome.FAILED.label());
        next.failed(repository, target, why);
    }

    @Override
    public void stored(Location repository, long targetBytes, long deltaBytes) {
        storedBytes.add(deltaBytes);
        next.stored(repository, targetBytes, deltaBytes);
    }
}
