package dev.mangrove.content;

import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.time.Duration;

/** The two steps in which a store lets go of blobs: out of sight, and later for good. */
public interface Trash {
    /**
     * Moves a blob to the trash if nobody committed, retained or read it for that long, and the condition holds while its
     * lock is held; false if not, or if it is not here.
     *
     * @param untouched longer than anyone takes from a commit to the record that names the blob
     */
    boolean discardIf(Digest digest, Duration untouched, Condition condition) throws IOException;

    /** Deletes what has been in the trash for that long; returns how many blobs. */
    int emptyTrash(Duration age) throws IOException;

    /** What must hold for a discard. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws IOException;
    }
}
