package dev.mangrove.content;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Upload sessions that survive a restart; kept in {@code uploads/<id>}. Ids are unguessable. */
public interface Uploads {
    /** Opens a new, empty session and returns its id. */
    String open() throws IOException;

    /**
     * Takes the session for one writer; close the ingest to put it back.
     *
     * @return empty if there is no such session
     * @throws ContentException.Unavailable if another request holds it
     */
    Optional<Ingest> take(String id) throws IOException;

    /** Bytes received so far. */
    Optional<Long> sizeBytes(String id) throws IOException;

    /** Throws the session and its bytes away; false if there was none. */
    boolean cancel(String id) throws IOException;

    /** Cancels sessions nobody has written to for that long; returns how many. */
    int reap(Duration idle) throws IOException;
}
