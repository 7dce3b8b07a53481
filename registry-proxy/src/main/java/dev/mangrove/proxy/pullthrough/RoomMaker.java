package dev.mangrove.proxy.pullthrough;

import java.io.IOException;

/** Lets go of content that can be fetched again, so that new content fits. */
@FunctionalInterface
public interface RoomMaker {
    /** Lets go of nothing. */
    RoomMaker NONE = bytes -> false;

    /** Makes room for so many bytes; false if that cannot be done. */
    boolean makeRoom(long bytes) throws IOException;
}
