package dev.mangrove.http;

import java.io.IOException;

/**
 * Answers one request, on a virtual thread of its own. Must call {@link HttpExchange#respond} exactly once; an exception
 * before that becomes a 500 without detail, after that closes the connection.
 */
@FunctionalInterface
public interface HttpHandler {
    void handle(HttpExchange exchange) throws IOException;
}
