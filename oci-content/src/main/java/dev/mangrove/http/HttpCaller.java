package dev.mangrove.http;

import java.io.IOException;

/**
 * The client side: sends one request and gives the head of the answer with a streaming body. Follows no redirect and
 * adds no credential by itself; decorators do that. Safe for any thread; blocks the (virtual) thread that calls.
 */
public interface HttpCaller {
    /**
     * @return the answer; close it: fully read, its connection goes back to the pool, else it is closed
     * @throws IOException if there was no answer: refused, reset, unknown host, TLS failure, or no progress for too long
     */
    CallResponse call(CallRequest request) throws IOException;
}
