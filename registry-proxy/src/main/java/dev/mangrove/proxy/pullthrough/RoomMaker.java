package dev.mangrove.proxy.pullthrough;

import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.util.Set;

/** Lets go of content that can be fetched again, so that new content fits. */
@FunctionalInterface
public interface RoomMaker {
    /** Lets go of nothing. */
    RoomMaker NONE = bytes -> false;

    /** Makes room for so many bytes; false if that cannot be done. */
    boolean makeRoom(long bytes) throws IOException;

    /**
     * Whether so many bytes fit, or would once room was made, while some content stays. Lets go of no content that could
     * be read. True where nobody can tell: then it has to be tried.
     */
    default boolean fits(long bytes, Set<Digest> staying) throws IOException {
        return true;
    }
}
