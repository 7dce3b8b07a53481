package dev.mangrove.proxy.plan;

import dev.mangrove.delta.artifact.BlobDelta;
import dev.mangrove.oci.Digest;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** How one blob is to be had, and at what cost. A value: nodes of one site may share it. */
public sealed interface FillPlan {
    /** Bytes that the network carries for it. */
    long wireBytes();

    /** All that is missing is asked of an upstream. */
    record Full(long wireBytes) implements FillPlan {}

    /**
     * Not at all: a delta could lead there, and the whole blob is not to be asked for in its place.
     *
     * @param wireBytes what the whole would have cost
     */
    record Refused(long wireBytes, String why) implements FillPlan {}

    /**
     * By deltas: the first starts from a blob that is here, or from nothing; each next one from what the one before made;
     * the last makes the blob.
     *
     * @param wireBytes the deltas, and the adapters they need that are not here
     */
    record Delta(List<BlobDelta> hops, long wireBytes) implements FillPlan {
        /** Each hop costs the disk a whole intermediate blob. */
        public static final int MAX_HOPS = 2;

        public Delta {
            hops = List.copyOf(hops);
            if (hops.isEmpty() || hops.size() > MAX_HOPS) {
                throw new IllegalArgumentException("a plan of " + hops.size() + " deltas");
            }
        }

        /** Bytes that the store needs beside the blob itself: what comes, and each blob that is only a step on the way. */
        public long extraDiskBytes() {
            long steps = hops.subList(0, hops.size() - 1).stream()
                    .mapToLong(BlobDelta::rawSizeBytes)
                    .sum();
            return wireBytes() + steps;
        }

        /** What the deltas start from: has to stay until the blob is made. */
        public Set<Digest> bases() {
            return hops.stream().flatMap(hop -> hop.bases().stream()).collect(Collectors.toUnmodifiableSet());
        }
    }
}
