package dev.mangrove.catalog;

import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpExchange;
import dev.mangrove.http.HttpHandler;
import dev.mangrove.http.Response;
import java.io.IOException;
import java.util.Optional;

/** What is served where: the registry protocol under {@code /v2}, tokens at {@code /token}. */
record Routes(Optional<HttpHandler> token, HttpHandler protocol) implements HttpHandler {
    @Override
    public void handle(HttpExchange exchange) throws IOException {
        String path = exchange.request().rawPath();
        if (path.equals("/v2") || path.startsWith("/v2/")) {
            protocol.handle(exchange);
        } else if (path.equals("/token") && token.isPresent()) {
            token.get().handle(exchange);
        } else {
            exchange.respond(Response.empty(404, Headers.none()));
        }
    }
}
