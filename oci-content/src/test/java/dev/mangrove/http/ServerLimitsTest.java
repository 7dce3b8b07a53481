package dev.mangrove.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class ServerLimitsTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final int MAX_TRIES = 50;

    private final AtomicInteger handled = new AtomicInteger();
    private Transport transport;

    @BeforeEach
    void startLoops() {
        transport = Transport.open(1);
    }

    @AfterEach
    void stopLoops() {
        transport.close();
    }

    private HttpServer serving(ServerOptions options) throws IOException {
        return HttpServer.start(transport, options, exchange -> {
            handled.incrementAndGet();
            exchange.respond(Response.text(
                    200,
                    "text/plain",
                    exchange.request().rawPath() + "?" + exchange.request().rawQuery()));
        });
    }

    private HttpServer serving() throws IOException {
        return serving(TestServers.onLoopback());
    }

    private static boolean closedOrReset(RawClient client) throws IOException {
        try {
            return client.closed();
        } catch (SocketException reset) {
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {20_000, 5_000_000})
    void aRequestLineThatIsTooLongIs414(int length) throws IOException {
        try (HttpServer server = serving();
                RawClient client = RawClient.to(server.address())) {
            RawClient.Answer answer = client.get("/" + "x".repeat(length));
            assertEquals(414, answer.status());
            assertEquals("close", answer.field("Connection").orElseThrow());
            assertTrue(client.closed());
            assertEquals(0, handled.get());
        }
    }

    @Test
    void tooManyHeaderBytesAre431() throws IOException {
        try (HttpServer server = serving();
                RawClient client = RawClient.to(server.address())) {
            client.write("GET / HTTP/1.1\r\nHost: x\r\n" + "X-Filler: 0123456789\r\n".repeat(4_000) + "\r\n");
            assertEquals(431, client.answer(false).status());
            assertTrue(client.closed());
        }
    }

    @ParameterizedTest
    @CsvSource({"199, 200", "200, 431", "8000, 431"})
    void tooManyFieldsAre431HoweverSmall(int fieldsBesidesHost, int status) throws IOException {
        try (HttpServer server = serving();
                RawClient client = RawClient.to(server.address())) {
            client.write("GET / HTTP/1.1\r\nHost: x\r\n" + "a:\r\n".repeat(fieldsBesidesHost) + "\r\n");
            assertEquals(status, client.answer(false).status());
        }
    }

    @Test
    void aBodyWithTooManyTrailersIsMalformed() throws IOException {
        AtomicReference<String> failure = new AtomicReference<>("none");
        HttpHandler reading = exchange -> {
            try {
                exchange.body().readAllBytes();
            } catch (IOException e) {
                failure.set(e.getMessage());
                throw e;
            }
        };
        try (HttpServer server = HttpServer.start(transport, TestServers.onLoopback(), reading);
                RawClient client = RawClient.to(server.address())) {
            client.write("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n");
            client.write("a:\r\n".repeat(8_000) + "\r\n");
            Eventually.holds("the handler gave up", () -> !failure.get().equals("none"));
            assertTrue(failure.get().contains("fields"), failure.get());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 20, 16L << 20, 1L << 30, 1L << 40})
    void theHeadsOfAllConnectionsLeaveMostOfTheHeap(long heapBytes) {
        int connections = ServerOptions.connectionsFor(heapBytes);
        long measuredWorstHeadBytes = 144 * 1024;
        assertTrue(
                connections == 1 || connections * measuredWorstHeadBytes <= heapBytes / 4,
                connections + " connections");
        assertTrue(connections >= 1 && connections <= 16_384, connections + " connections");
    }

    @ParameterizedTest
    @CsvSource({
        "400, 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n'",
        "400, 'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n'",
        "400, 'PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: -3\r\n\r\n'",
        "400, 'GET / HTTP/1.1\r\n\r\n'",
        "400, 'GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n'",
        "400, 'GET / HTTP/1.1\r\nHost: x\r\nBad Name: 1\r\n\r\n'",
        "400, 'nonsense\r\n\r\n'",
        "417, 'PUT / HTTP/1.1\r\nHost: x\r\nExpect: the-unexpected\r\nContent-Length: 3\r\n\r\n'",
        "505, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'",
    })
    void anAmbiguousOrUnknownHeadIsRefused(int status, String head) throws IOException {
        try (HttpServer server = serving();
                RawClient client = RawClient.to(server.address())) {
            client.write(head);
            assertEquals(status, client.answer(false).status());
            assertTrue(closedOrReset(client));
            assertEquals(0, handled.get());
        }
    }

    @Test
    void aTlsHandshakeOnThePlainPortIsAnsweredAtOnce() throws IOException {
        try (HttpServer server = serving();
                RawClient client = RawClient.to(server.address())) {
            client.write(new byte[] {0x16, 3, 1, 2, 0, 1, 0});
            RawClient.Answer answer = client.answer(false);
            assertEquals(400, answer.status());
            assertTrue(answer.text().contains("http://"), answer.text());
            assertTrue(client.closed());
        }
    }

    @Test
    void theUpgradeThatJavaClientsOfferIsIgnored() throws IOException {
        try (HttpServer server = serving();
                RawClient client = RawClient.to(server.address())) {
            client.write(String.join(
                    "\r\n",
                    "GET /a HTTP/1.1",
                    "Host: x",
                    "Connection: Upgrade, HTTP2-Settings",
                    "Upgrade: h2c",
                    "HTTP2-Settings: AAEAAEAAAAIAAAAB",
                    "",
                    ""));
            assertEquals(200, client.answer(false).status());
            assertEquals(200, client.get("/b").status());
        }
    }

    @Test
    void requestsSentAheadAreAnsweredInOrder() throws IOException {
        try (HttpServer server = serving();
                RawClient client = RawClient.to(server.address())) {
            int count = 2_000;
            StringBuilder ahead = new StringBuilder();
            for (int i = 0; i < count; i++) {
                ahead.append("GET /").append(i).append(" HTTP/1.1\r\nHost: x\r\n\r\n");
            }
            client.write(ahead.toString());
            for (int i = 0; i < count; i++) {
                assertEquals("/" + i + "?", client.answer(false).text());
            }
        }
    }

    @Test
    void pathAndQueryAreKeptAsTheyCame() throws IOException {
        try (HttpServer server = serving();
                RawClient client = RawClient.to(server.address())) {
            assertEquals(
                    "/v2/a%2Fb/%3a?x=%20&y", client.get("/v2/a%2Fb/%3a?x=%20&y").text());
            assertEquals("/p?q", client.get("http://elsewhere:80/p?q").text());
            assertEquals("/?", client.get("http://elsewhere").text());
        }
    }

    @Test
    void anOldClientGetsItsAnswerAndAClose() throws IOException {
        HttpHandler chunks = e -> e.respond(new Response(200, Headers.none(), new Body.Chunked(o -> o.write('x'))));
        try (HttpServer server = HttpServer.start(transport, TestServers.onLoopback(), chunks);
                RawClient client = RawClient.to(server.address())) {
            client.write("GET / HTTP/1.0\r\n\r\n");
            assertEquals("close", client.head().field("Connection").orElseThrow());
            assertEquals("x", new String(client.in().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
        }
        try (HttpServer server = serving();
                RawClient client = RawClient.to(server.address())) {
            client.write("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertEquals("keep-alive", client.answer(false).field("Connection").orElseThrow());
            assertEquals(200, client.get("/").status());
        }
    }

    @Test
    void closeIsHonoured() throws IOException {
        try (HttpServer server = serving();
                RawClient client = RawClient.to(server.address())) {
            client.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertEquals("close", client.answer(false).field("Connection").orElseThrow());
            assertTrue(client.closed());
        }
    }

    @Test
    void oneConnectionTooManyIsToldSo() throws IOException {
        try (HttpServer server = serving(TestServers.onLoopback().allowing(2));
                RawClient first = RawClient.to(server.address());
                RawClient second = RawClient.to(server.address())) {
            assertEquals(200, first.get("/").status());
            assertEquals(200, second.get("/").status());
            try (RawClient third = RawClient.to(server.address())) {
                assertEquals(503, third.answer(false).status());
                assertTrue(closedOrReset(third));
            }
            first.socket().close();
            Eventually.holds("the first is gone", () -> server.connections() == 1);
            try (RawClient fourth = RawClient.to(server.address())) {
                assertEquals(200, fourth.get("/").status());
            }
        }
    }

    @Test
    void aHeadThatTricklesInIsCutAndAnIdleConnectionIsNot() throws IOException {
        ServerOptions options = TestServers.onLoopback().within(SHORT, LONG, LONG, LONG);
        try (HttpServer server = serving(options);
                RawClient patient = answered(server);
                RawClient slow = answered(server)) {
            slow.write("GET / HT");
            assertTrue(slow.closed());
            assertEquals(200, patient.get("/").status());
        }
    }

    /** A connection that was in use; one whose first head came too late, as on a busy machine, is not. */
    private static RawClient answered(HttpServer server) throws IOException {
        for (int tries = 1; true; tries++) {
            RawClient client = RawClient.to(server.address());
            try {
                assertEquals(200, client.get("/").status());
                return client;
            } catch (IOException cut) {
                client.close();
                if (tries == MAX_TRIES) {
                    throw cut;
                }
            }
        }
    }

    @Test
    void anIdleConnectionIsClosed() throws IOException {
        ServerOptions options = TestServers.onLoopback().within(LONG, SHORT, LONG, LONG);
        try (HttpServer server = serving(options);
                RawClient client = RawClient.to(server.address())) {
            assertEquals(200, client.get("/").status());
            assertTrue(client.closed());
        }
    }

    @Test
    void anUploadThatStallsFails() throws IOException {
        AtomicReference<String> failure = new AtomicReference<>("none");
        HttpHandler reading = exchange -> {
            try {
                exchange.body().readAllBytes();
            } catch (IOException e) {
                failure.set(e.getMessage());
                throw e;
            }
        };
        ServerOptions options = TestServers.onLoopback().within(LONG, LONG, SHORT, LONG);
        try (HttpServer server = HttpServer.start(transport, options, reading);
                RawClient client = RawClient.to(server.address())) {
            client.write("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
            assertEquals(408, client.answer(false).status());
            assertTrue(client.closed());
            assertTrue(failure.get().startsWith("no byte of the body arrived"), failure.get());
        }
    }

    @Test
    void aReaderThatTakesNothingIsCut() throws IOException {
        AtomicReference<String> failure = new AtomicReference<>("none");
        HttpHandler endless = exchange -> {
            try {
                exchange.respond(new Response(200, Headers.none(), new Body.Stream(new Zeros(), 1L << 40)));
            } catch (IOException e) {
                failure.set(e.getMessage());
                throw e;
            }
        };
        ServerOptions options = TestServers.onLoopback().within(LONG, LONG, SHORT, LONG);
        try (HttpServer server = HttpServer.start(transport, options, endless);
                RawClient client = RawClient.to(server.address())) {
            client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            Eventually.holds("the handler gave up", () -> !failure.get().equals("none"));
            assertTrue(failure.get().startsWith("the other side took no byte"), failure.get());
            Eventually.holds("the connection is gone", () -> server.connections() == 0);
        }
    }

    @Test
    void manyIdleConnectionsCostLittle() throws IOException {
        int count = 1_000;
        List<RawClient> clients = new ArrayList<>();
        try (HttpServer server = serving()) {
            for (int i = 0; i < count; i++) {
                clients.add(RawClient.to(server.address()));
            }
            Eventually.holds("all are accepted", () -> server.connections() == count);
            assertEquals(200, clients.getLast().get("/").status());
            assertFalse(clients.getFirst().socket().isClosed());
            for (RawClient client : clients) {
                client.close();
            }
            Eventually.holds("all are gone", () -> server.connections() == 0);
        }
    }
}
