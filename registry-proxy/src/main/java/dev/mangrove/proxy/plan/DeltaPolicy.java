package dev.mangrove.proxy.plan;

import dev.mangrove.content.ContentException;
import dev.mangrove.oci.Digest;

/**
 * What an operator wants of deltas.
 *
 * @param fullFallback whether the whole blob may be asked for when a delta failed
 * @param keepDeltas whether a delta that was applied stays, for others to ask for: in a region; a node has no use for it
 * @param maxApplying deltas applied at once
 */
public record DeltaPolicy(boolean fullFallback, boolean keepDeltas, int maxApplying) {
    public DeltaPolicy {
        if (maxApplying < 1) {
            throw new IllegalArgumentException("no delta could ever be applied");
        }
    }

    /** What a client is told where the whole blob must not be asked for. */
    static ContentException.Refused refusal(Digest blob, String why) {
        return new ContentException.Refused(
                blob + " is not asked for whole: " + why
                        + ", and delta.full-fallback=deny forbids to ask for all its bytes instead;"
                        + " set delta.full-fallback=allow to permit it",
                false);
    }

    /** A region's. */
    public static DeltaPolicy region(boolean fullFallback) {
        return new DeltaPolicy(fullFallback, true, 2);
    }

    /** A node's, whose memory is small. */
    public static DeltaPolicy node(boolean fullFallback) {
        return new DeltaPolicy(fullFallback, false, 1);
    }
}
