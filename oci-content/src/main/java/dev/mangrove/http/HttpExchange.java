package dev.mangrove.http;

import java.io.IOException;
import java.io.InputStream;

/** One request and the chance to answer it. Used by one thread. */
public interface HttpExchange {
    /** Method, path, query and headers. */
    RequestHead request();

    /**
     * The body as it arrives, with back-pressure to the socket; empty if there is none. Reading it sends
     * {@code 100 Continue} where the client waits for that. A client that goes away is an {@code IOException}.
     */
    InputStream body();

    /**
     * Sends the answer and returns when the last byte was given to the socket. Body bytes of the request that nobody read
     * are drained up to a limit, beyond it the connection is closed. For HEAD only the head is sent (with the body's length).
     *
     * @throws IOException if the client went away, or the body's source failed: the connection is then closed short of
     *     Content-Length, so that no client takes the answer for complete
     */
    void respond(Response response) throws IOException;

    /** Whether {@link #respond} was called. */
    boolean responded();
}
