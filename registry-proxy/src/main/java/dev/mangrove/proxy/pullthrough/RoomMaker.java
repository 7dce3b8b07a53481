package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.ContentException;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.util.Set;

/** Lets go of content that can be fetched again, so that new content fits. */
@FunctionalInterface
public interface RoomMaker {
    /** Lets go of nothing. */
    RoomMaker NONE = bytes -> false;

    /** Room that was made is anybody's until it is taken: so often somebody else may be quicker. */
    int MAX_TRIES = 20;

    /** Makes room for so many bytes; false if that cannot be done. */
    boolean makeRoom(long bytes) throws IOException;

    /** Does what takes so many bytes, and makes room for it as often as there is none. */
    default <T> T making(long bytes, Taking<T> taking) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return taking.take();
            } catch (ContentException.OverBudget full) {
                if (tries == MAX_TRIES || !makeRoom(bytes)) {
                    throw full;
                }
            }
        }
    }

    /** Takes room. */
    @FunctionalInterface
    interface Taking<T> {
        T take() throws IOException;
    }

    /**
     * Whether so many bytes fit, or would once room was made, while some content stays. Lets go of no content that could
     * be read. True where nobody can tell: then it has to be tried.
     */
    default boolean fits(long bytes, Set<Digest> staying) throws IOException {
        return true;
    }
}
