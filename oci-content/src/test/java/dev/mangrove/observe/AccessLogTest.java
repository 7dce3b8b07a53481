package dev.mangrove.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.http.Body;
import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpHandler;
import dev.mangrove.http.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AccessLogTest {
    private static final Logger LOGGER = Logger.getLogger("dev.mangrove.access");
    private final List<String> lines = new ArrayList<>();
    private final Metrics metrics = new Metrics();
    private final AtomicLong now = new AtomicLong();
    private final Handler capture = new Handler() {
        @Override
        public void publish(LogRecord record) {
            lines.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOGGER.addHandler(capture);
    }

    @AfterEach
    void stopListening() {
        LOGGER.removeHandler(capture);
    }

    private AccessLog logging(HttpHandler handler) {
        return new AccessLog(metrics, handler, now::get);
    }

    @Test
    void oneLineTellsWhatHappened() throws IOException {
        FakeExchange exchange = FakeExchange.get("/v2/acme/detector/blobs/sha256:ab");
        logging(e -> {
                    RequestNotes.caller("alice");
                    now.addAndGet(12_000_000);
                    Headers headers = Headers.of("Mangrove-Source", "region");
                    e.respond(new Response(200, headers, new Body.Stream(new ByteArrayInputStream(new byte[5]), 5)));
                })
                .handle(exchange);
        assertEquals(
                List.of("method=GET kind=blob path=/v2/acme/detector/blobs/sha256:ab status=200 bytes=5 ms=12"
                        + " source=region caller=alice remote=127.0.0.1"),
                lines);
        assertEquals(
                1, metrics.counter("mangrove_blob_requests_total", "", "x", "y").value("oci", "200"));
        assertEquals(
                5,
                metrics.counter("mangrove_blob_response_bytes_total", "", "x").value("region"));
    }

    @Test
    void noSecretOfTheRequestIsLogged() throws IOException {
        FakeExchange exchange = new FakeExchange(
                "GET", "/token", "password=hunter2", Headers.of("Authorization", "Basic aHVudGVyMg=="));
        logging(e -> e.respond(Response.empty(200, Headers.none()))).handle(exchange);
        assertFalse(lines.getFirst().contains("hunter2") || lines.getFirst().contains("aHVudGVyMg"), lines.getFirst());
    }

    @Test
    void aPathCannotForgeALine() throws IOException {
        logging(e -> e.respond(Response.empty(404, Headers.none())))
                .handle(FakeExchange.get("/x status=200\n\"method=GET"));
        assertEquals(1, lines.size());
        assertTrue(lines.getFirst().contains("path=/x_status_200__method_GET status=404"), lines.getFirst());
    }

    @Test
    void anAnswerThatBreaksOffIsMarkedAndTheFailurePassedOn() {
        Body broken = new Body.Chunked(out -> {
            out.write(new byte[7]);
            throw new IOException("upstream is gone");
        });
        AccessLog log = logging(e -> e.respond(new Response(200, Headers.none(), broken)));
        assertThrows(IOException.class, () -> log.handle(FakeExchange.get("/v2/a/manifests/b")));
        assertTrue(lines.getFirst().contains("status=200 bytes=7 "), lines.getFirst());
        assertTrue(lines.getFirst().endsWith(" cut=true"), lines.getFirst());
    }

    @Test
    void probesAreNotLogged() throws IOException {
        HttpHandler probes = new Probes(metrics, Readiness.READY, e -> assertTrue(false, "not for the next handler"));
        FakeExchange exchange = FakeExchange.get("/metrics");
        logging(probes).handle(exchange);
        assertEquals(List.of(), lines);
        assertTrue(exchange.text().contains("mangrove_request_duration_seconds_count 0"), exchange.text());
    }
}
