package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.BlobStat;
import dev.mangrove.content.Origin;
import dev.mangrove.content.files.PartialBlob;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.util.Optional;

/** Finds ways to the bytes of a blob that cost less than asking an upstream for all of them. Safe for any thread. */
@FunctionalInterface
public interface Shortcut {
    /** There never is one. */
    Shortcut NONE = wanted -> Optional.empty();

    /**
     * Looks for a way, and keeps what it starts from out of eviction for a while. Called at the start of every fill, on its
     * thread, and before content is let go of to make room for the blob.
     *
     * @return empty if the blob is to be asked for
     * @throws dev.mangrove.content.ContentException.Unavailable if it cannot be told now; ask again
     * @throws IOException if the blob must not be asked for either; the readers get it
     */
    Optional<Way> find(Wanted wanted) throws IOException;

    /**
     * The blob that a way is looked for to.
     *
     * @param presentBytes bytes that an earlier fill left
     * @param hasRoom whether the store has set room aside for the blob
     * @param patient whether somebody will ask again if it cannot be told now
     */
    record Wanted(
            Location repository, Digest digest, long sizeBytes, long presentBytes, boolean hasRoom, boolean patient) {
        /** The same, asked for the last time. */
        Wanted impatient() {
            return new Wanted(repository, digest, sizeBytes, presentBytes, hasRoom, false);
        }
    }

    /** What the upstreams of the repository say. */
    interface Offered {
        /** Asks them whether they have the blob at this moment; false as well if they do not answer. */
        boolean isOffered();

        /** Another blob of the repository, if one of them says, or said before, that it has it. */
        Optional<BlobStat> confirmed(Digest other) throws IOException;
    }

    /** What a way is told of the fill it is part of. */
    interface Situation extends Offered {
        /** Whether the fill should end soon. */
        boolean isCancelled();
    }

    /** A way to one blob. */
    interface Way {
        /** What readers are told of bytes that came this way. */
        Origin origin();

        /**
         * Writes the blob from its start as far as the way leads, and returns; what is missing then is asked of the
         * upstreams. Waiting readers are served from what is written.
         *
         * @param partial taken for filling; neither committed nor closed here
         * @throws IOException if the blob must not be asked for either; the readers get it
         */
        void fill(PartialBlob partial, Situation situation) throws IOException;
    }
}
