package dev.mangrove.content.files;

import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Blobs on their way in from elsewhere: at most one {@link PartialBlob} per digest, shared by the one who fills it and
 * all who read it meanwhile. Safe for any thread.
 */
public interface PartialBlobs {
    /**
     * Takes a share in the partial of that blob: the one that is open, else the one an earlier process left on disk, else
     * a new and empty one. Close the share; when the last one is closed the bytes stay on disk for the next.
     *
     * <p>If the blob is in the store already (the caller lost a race against a commit), the share is complete: {@link
     * PartialBlob#startFill()} says no and reads are served from the store's file.
     *
     * @param sizeBytes size of the whole blob, from a descriptor or an upstream answer
     * @throws dev.mangrove.content.ContentException.Corrupt if the open partial has another size: one of the two sources lies
     * @throws dev.mangrove.content.ContentException.OverBudget if the quota or the reserve has no room for the rest
     */
    PartialBlob join(Digest digest, long sizeBytes) throws IOException;

    /** The size that the partial of that blob was begun with, open or left on disk; empty if there is none. */
    OptionalLong sizeOf(Digest digest) throws IOException;

    /** Takes a share in a partial that somebody has open now; empty if nobody has. */
    Optional<PartialBlob> find(Digest digest);

    /**
     * Waits until a blob is in the store that is all here and about to be put there. If that fails it is the trouble of
     * whoever fills it, and not told here.
     */
    default void awaitCommit(Digest digest) {
        Optional<PartialBlob> arriving = find(digest);
        if (arriving.isEmpty()) {
            return;
        }
        try (PartialBlob partial = arriving.get()) {
            if (partial.presentBytes() == partial.sizeBytes()) {
                partial.awaitCommit();
            }
        } catch (IOException e) {
            // it is not in the store, then
        }
    }

    /** Deletes partials that nobody has open and nobody has written to for that long; returns how many. */
    int reap(Duration idle) throws IOException;
}
