package dev.mangrove.catalog.delta;

import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.util.Locale;

/** Told how the jobs of the delta queue end; called from its thread, and from those that add to it. */
public interface DeltaEvents {
    /** How a job ended. */
    enum Outcome {
        /** A delta was stored. */
        MADE,
        /** It was there already, or there was nothing to make one of. */
        NOTHING,
        /** It would save too little. */
        TOO_LARGE,
        /** The repository's budget for deltas has no room for it. */
        OVER_BUDGET,
        /** The queue was full. */
        DROPPED,
        /** The process ended first. */
        CANCELLED,
        /** Something went wrong; the target is served whole. */
        FAILED;

        /** The value of a metric's label. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A job ended without trouble. */
    void finished(Location repository, Outcome outcome);

    /** A job failed; counted as {@link Outcome#FAILED}. */
    void failed(Location repository, Digest target, Exception why);

    /** A delta was stored. */
    void stored(Location repository, long targetBytes, long deltaBytes);

    /** Writes failures to the log and counts nothing. */
    static DeltaEvents logging() {
        System.Logger log = System.getLogger(DeltaEvents.class.getPackageName());
        return new DeltaEvents() {
            @Override
            public void finished(Location repository, Outcome outcome) {
                log.log(System.Logger.Level.DEBUG, () -> "delta job of " + repository + ": " + outcome.label());
            }

            @Override
            public void failed(Location repository, Digest target, Exception why) {
                log.log(System.Logger.Level.WARNING, "no delta to " + target + " of " + repository, why);
            }

            @Override
            public void stored(Location repository, long targetBytes, long deltaBytes) {
                log.log(
                        System.Logger.Level.INFO,
                        () -> "delta of " + deltaBytes + " bytes for " + targetBytes + " bytes of " + repository);
            }
        };
    }
}
