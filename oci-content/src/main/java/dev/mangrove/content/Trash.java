package dev.mangrove.content;

import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.time.Duration;

/** The two steps in which a store lets go of blobs: out of sight, and later for good. */
public interface Trash {
    /** Moves a blob to the trash if the condition holds when its lock is held; false if not, or if it is not here. */
    boolean discardIf(Digest digest, Condition condition) throws IOException;

    /** Deletes what has been in the trash for that long; returns how many blobs. */
    int emptyTrash(Duration age) throws IOException;

    /** What must hold for a discard. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws IOException;
    }
}
