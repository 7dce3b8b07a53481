package dev.mangrove.proxy.plan;

import dev.mangrove.delta.artifact.BlobDelta;
import java.util.List;

/** How one blob is to be had, and at what cost. A value: nodes of one site may share it. */
public sealed interface FillPlan {
    /** Bytes that the network carries for it. */
    long wireBytes();

    /** All that is missing is asked of an upstream. */
    record Full(long wireBytes) implements FillPlan {}

    /**
     * By deltas: the first starts from a blob that is here, or from nothing; each next one from what the one before made;
     * the last makes the blob.
     */
    record Delta(List<BlobDelta> hops) implements FillPlan {
        /** Each hop costs the disk a whole intermediate blob. */
        public static final int MAX_HOPS = 2;

        public Delta {
            hops = List.copyOf(hops);
            if (hops.isEmpty() || hops.size() > MAX_HOPS) {
                throw new IllegalArgumentException("a plan of " + hops.size() + " deltas");
            }
        }

        @Override
        public long wireBytes() {
            return hops.stream().mapToLong(BlobDelta::sizeBytes).sum();
        }
    }
}
