package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.Origin;
import dev.mangrove.content.files.PartialBlob;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Finds ways to the bytes of a blob that cost less than asking an upstream for all of them. Safe for any thread. */
@FunctionalInterface
public interface Shortcut {
    /** There never is one. */
    Shortcut NONE = (repository, digest, sizeBytes, presentBytes) -> Optional.empty();

    /**
     * Looks for a way; called once at the start of every fill, on its thread.
     *
     * @param presentBytes bytes that an earlier fill left
     * @return empty if asking for the blob costs no more
     */
    Optional<Way> find(Location repository, Digest digest, long sizeBytes, long presentBytes);

    /** A way to one blob; used once. */
    interface Way {
        /** What readers are told of bytes that came this way. */
        Origin origin();

        /**
         * Writes the blob from its start as far as the way leads, and returns; what is missing then is asked of the
         * upstreams. Waiting readers are served from what is written.
         *
         * @param partial taken for filling; neither committed nor closed here
         * @param cancelled whether the fill should end soon
         * @throws IOException if the blob must not be asked for either; the readers get it
         */
        void fill(PartialBlob partial, BooleanSupplier cancelled) throws IOException;
    }
}
