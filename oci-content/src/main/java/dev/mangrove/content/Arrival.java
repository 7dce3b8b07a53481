package dev.mangrove.content;

import java.io.IOException;

/** How far a file that is being written may be read. Used by one thread at a time. */
@FunctionalInterface
public interface Arrival {
    /**
     * Waits for the byte at an offset.
     *
     * @return an offset behind it: up to there bytes may be read now
     * @throws IOException why it does not come
     */
    long awaitBeyond(long offset) throws IOException;
}
