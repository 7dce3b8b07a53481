package dev.mangrove.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mangrove.http.Headers;
import dev.mangrove.http.Response;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ProbesTest {
    private final AtomicReference<Optional<String>> obstacle = new AtomicReference<>(Optional.empty());
    private final Probes probes =
            new Probes(new Metrics(), obstacle::get, e -> e.respond(Response.empty(418, Headers.none())));

    private int status(FakeExchange exchange) throws IOException {
        probes.handle(exchange);
        return exchange.status();
    }

    @Test
    void readinessNamesTheObstacle() throws IOException {
        assertEquals(200, status(FakeExchange.get("/readyz")));
        obstacle.set(Optional.of("the disk is full"));
        FakeExchange exchange = FakeExchange.get("/readyz");
        assertEquals(503, status(exchange));
        assertEquals("not ready: the disk is full\n", exchange.text());
        assertEquals(200, status(FakeExchange.get("/healthz")));
    }

    @Test
    void everythingElseIsHandedOn() throws IOException {
        assertEquals(418, status(FakeExchange.get("/v2/")));
        assertEquals(418, status(FakeExchange.get("/metrics/x")));
        assertEquals(405, status(new FakeExchange("POST", "/metrics", "", Headers.none())));
    }
}
