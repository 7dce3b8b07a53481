package dev.mangrove.observe;

import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpExchange;
import dev.mangrove.http.HttpHandler;
import dev.mangrove.http.Response;
import java.io.IOException;
import java.util.Optional;

/**
 * Answers {@code /healthz} (the process runs), {@code /readyz} (it can do its work) and {@code /metrics}; hands everything
 * else on.
 */
public final class Probes implements HttpHandler {
    private final Metrics metrics;
    private final Readiness readiness;
    private final HttpHandler next;

    public Probes(Metrics metrics, Readiness readiness, HttpHandler next) {
        this.metrics = metrics;
        this.readiness = readiness;
        this.next = next;
    }

    /** Whether a path belongs to the probes, which are neither logged nor counted. */
    static boolean answers(String rawPath) {
        return switch (rawPath) {
            case "/healthz", "/readyz", "/metrics" -> true;
            default -> false;
        };
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        String path = exchange.request().rawPath();
        if (!answers(path)) {
            next.handle(exchange);
            return;
        }
        String method = exchange.request().method();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.respond(Response.empty(405, Headers.of("Allow", "GET, HEAD")));
            return;
        }
        exchange.respond(
                switch (path) {
                    case "/metrics" -> Response.text(200, Metrics.CONTENT_TYPE, metrics.text());
                    case "/readyz" -> readiness();
                    default -> Response.text(200, "text/plain", "ok\n");
                });
    }

    private Response readiness() {
        Optional<String> obstacle = readiness.obstacle();
        return obstacle.isEmpty()
                ? Response.text(200, "text/plain", "ready\n")
                : Response.text(503, "text/plain", "not ready: " + obstacle.get() + "\n");
    }
}
