package dev.mangrove.content;

import java.io.IOException;

/** Decides whether a caller may see a blob through the repository it came by. Any number of threads. */
@FunctionalInterface
public interface Gate {
    /**
     * Whether the request may go on; if not, the blob looks absent.
     *
     * @throws ContentException.Refused if a login would change the answer
     */
    boolean admits(ReadRequest request) throws IOException;
}
