package dev.mangrove.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class CallerAndBadServersTest {
    private static final int MAX_TRIES = 50;
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private Transport transport;
    private NettyHttpCaller caller;

    @BeforeEach
    void start() {
        transport = Transport.open(1);
        caller = new NettyHttpCaller(transport, CallerOptions.usual());
    }

    @AfterEach
    void stop() {
        caller.close();
        transport.close();
    }

    private String get(URI uri) throws IOException {
        return text(caller, CallRequest.of("GET", uri, Headers.none()));
    }

    private static String text(HttpCaller caller, CallRequest request) throws IOException {
        try (CallResponse response = caller.call(request)) {
            return response.status() + " " + new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Answers once on the first connection and hangs up on the second request; behaves on later connections. */
    private static ScriptedServer forgetful() throws IOException {
        return new ScriptedServer((peer, connection) -> {
            peer.requestHead();
            peer.write(OK);
            peer.requestHead();
            if (connection > 1) {
                peer.write(OK);
            }
        });
    }

    @Test
    void aStaleConnectionIsReplacedForAnIdempotentCall() throws IOException {
        try (ScriptedServer server = forgetful()) {
            assertEquals("200 ok", get(server.uri("/")));
            assertEquals("200 ok", get(server.uri("/")));
            assertEquals(2, server.connections());
        }
    }

    @Test
    void aCallThatMayHaveHadAnEffectIsNotRepeated() throws IOException {
        try (ScriptedServer server = forgetful()) {
            assertEquals("200 ok", get(server.uri("/")));
            CallRequest post = CallRequest.of("POST", server.uri("/"), Headers.none());
            assertThrows(IOException.class, () -> text(caller, post));
            assertEquals(1, server.connections());
        }
    }

    @Test
    void aConnectionClosedWhileIdleIsNotUsed() throws IOException {
        try (ScriptedServer server = new ScriptedServer((peer, connection) -> {
            peer.requestHead();
            peer.write(OK);
        })) {
            assertEquals("200 ok", get(server.uri("/")));
            Eventually.holds("the close was seen", () -> caller.open(server.uri("/")) == 0);
            CallRequest post = CallRequest.of("POST", server.uri("/"), Headers.none());
            assertEquals("200 ok", text(caller, post));
        }
    }

    @Test
    void closeOfTheServerIsHonoured() throws IOException {
        try (ScriptedServer server = new ScriptedServer((peer, connection) -> {
            peer.requestHead();
            peer.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
            peer.closed();
        })) {
            assertEquals("200 ok", get(server.uri("/")));
            assertEquals("200 ok", get(server.uri("/")));
            assertEquals(2, server.connections());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "HTTP/1.1 200 OK\r\nConte",
                "",
                "SSH-2.0-OpenSSH_9.6\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
            })
    void anAnswerThatIsNotWholeIsAFailure(String answer) throws IOException {
        try (ScriptedServer server = new ScriptedServer((peer, connection) -> {
            peer.requestHead();
            peer.write(answer);
        })) {
            assertThrows(IOException.class, () -> get(server.uri("/")));
            Eventually.holds("the connection is gone", () -> caller.open(server.uri("/")) == 0);
        }
    }

    @Test
    void anAnswerWithoutLengthEndsWithTheConnection() throws IOException {
        try (ScriptedServer server = new ScriptedServer((peer, connection) -> {
            peer.requestHead();
            peer.write("HTTP/1.1 200 OK\r\n\r\nall there is");
        })) {
            assertEquals("200 all there is", get(server.uri("/")));
        }
    }

    @Test
    void headersWithoutEndAreNotCollected() throws IOException {
        try (ScriptedServer server = new ScriptedServer((peer, connection) -> {
            peer.requestHead();
            peer.write("HTTP/1.1 200 OK\r\n");
            while (true) {
                peer.write("X-Filler: 0123456789\r\n");
            }
        })) {
            IOException failure = assertThrows(IOException.class, () -> get(server.uri("/")));
            assertTrue(failure.getMessage().contains("malformed"), failure.getMessage());
        }
    }

    @Test
    void anAnswerWithTooManyFieldsIsRefusedHoweverSmallTheyAre() throws IOException {
        try (ScriptedServer server = new ScriptedServer((peer, connection) -> {
            peer.requestHead();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + "a:\r\n".repeat(200) + "\r\n");
        })) {
            IOException failure = assertThrows(IOException.class, () -> get(server.uri("/")));
            assertTrue(failure.getMessage().contains("more than 200 fields"), failure.getMessage());
        }
    }

    @Test
    void interimAnswersAreSkipped() throws IOException {
        try (ScriptedServer server = new ScriptedServer((peer, connection) -> {
            peer.requestHead();
            peer.write("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + OK);
        })) {
            assertEquals("200 ok", get(server.uri("/")));
        }
    }

    @Test
    void bytesNobodyAskedForCloseTheConnection() throws IOException {
        try (ScriptedServer server = new ScriptedServer((peer, connection) -> {
            peer.requestHead();
            peer.write(OK);
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
            peer.closed();
        })) {
            assertEquals("200 ok", get(server.uri("/")));
            Eventually.holds("the connection is gone", () -> caller.open(server.uri("/")) == 0);
        }
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() throws IOException {
        CallerOptions impatient = CallerOptions.usual().stallingAfter(Duration.ofMillis(200));
        try (ScriptedServer server = new ScriptedServer((peer, connection) -> peer.closed());
                NettyHttpCaller hurried = new NettyHttpCaller(transport, impatient)) {
            CallRequest request = CallRequest.of("GET", server.uri("/"), Headers.none());
            assertThrows(IOException.class, () -> hurried.call(request));
            Eventually.holds("the connection is gone", () -> hurried.open(server.uri("/")) == 0);
        }
    }

    @Test
    void aBodyThatStallsIsGivenUp() throws IOException {
        CallerOptions impatient = CallerOptions.usual().stallingAfter(Duration.ofMillis(200));
        try (ScriptedServer server = new ScriptedServer((peer, connection) -> {
                    peer.requestHead();
                    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
                    peer.closed();
                });
                NettyHttpCaller hurried = new NettyHttpCaller(transport, impatient)) {
            CallRequest request = CallRequest.of("GET", server.uri("/"), Headers.none());
            try (CallResponse response = answerOf(hurried, request)) {
                IOException failure =
                        assertThrows(IOException.class, () -> response.body().readAllBytes());
                assertTrue(failure.getMessage().contains("no byte"), failure.getMessage());
            }
            Eventually.holds("the connection is gone", () -> hurried.open(server.uri("/")) == 0);
        }
    }

    /** Asks until a head is there in time, which on a busy machine it may not be. */
    private static CallResponse answerOf(HttpCaller hurried, CallRequest request) throws IOException {
        for (int tries = 1; true; tries++) {
            try {
                return hurried.call(request);
            } catch (IOException late) {
                if (tries == MAX_TRIES) {
                    throw late;
                }
            }
        }
    }

    @Test
    void aRefusalWhileTheBodyIsSentIsTheAnswer() throws IOException {
        try (ScriptedServer server = new ScriptedServer((peer, connection) -> {
            peer.requestHead();
            peer.write("HTTP/1.1 401 Unauthorized\r\nContent-Length: 5\r\n\r\nlogin");
            peer.closed();
        })) {
            Zeros source = new Zeros();
            CallRequest upload =
                    new CallRequest("PUT", server.uri("/"), Headers.none(), new Body.Stream(source, 1L << 40));
            assertEquals("401 login", text(caller, upload));
            assertTrue(source.readBytes() < 1L << 30, "sending stopped");
            Eventually.holds("the connection is not kept", () -> caller.open(server.uri("/")) == 0);
        }
    }

    @Test
    void aBodyIsHeldBackUntilTheServerWantsIt() throws IOException {
        AtomicInteger bodies = new AtomicInteger();
        try (ScriptedServer server = new ScriptedServer((peer, connection) -> {
            while (true) {
                boolean welcome = peer.requestHead().getFirst().startsWith("PUT /welcome");
                if (welcome) {
                    peer.write("HTTP/1.1 100 Continue\r\n\r\n");
                    bodies.addAndGet(peer.in().readNBytes(3).length);
                }
                peer.write("HTTP/1.1 " + (welcome ? "201 Created" : "401 No") + "\r\nContent-Length: 0\r\n\r\n");
                if (!welcome) {
                    return;
                }
            }
        })) {
            for (String[] pathAndAnswer : new String[][] {{"/welcome", "201 "}, {"/unwelcome", "401 "}}) {
                Body body = new Body.Stream(new ByteArrayInputStream(new byte[3]), 3);
                Headers expect = Headers.of("Expect", "100-continue");
                CallRequest request = new CallRequest("PUT", server.uri(pathAndAnswer[0]), expect, body);
                assertEquals(pathAndAnswer[1], text(caller, request));
            }
            assertEquals(3, bodies.get());
        }
    }

    @Test
    void aSlowReaderHoldsBackTheServer() throws IOException {
        long size = 96L << 20;
        long maxBuffered = 24L << 20;
        AtomicLong sent = new AtomicLong();
        try (ScriptedServer server = new ScriptedServer((peer, connection) -> {
            peer.requestHead();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
            byte[] piece = new byte[64 * 1024];
            for (long at = 0; at < size; at += piece.length) {
                peer.write(piece);
                sent.addAndGet(piece.length);
            }
        })) {
            CallRequest request = CallRequest.of("GET", server.uri("/"), Headers.none());
            try (CallResponse response = caller.call(request)) {
                byte[] piece = new byte[10_000];
                long taken = 0;
                for (int count = 0; count >= 0; count = response.body().read(piece)) {
                    taken += count;
                    assertTrue(sent.get() - taken <= maxBuffered, sent.get() + " sent, " + taken + " taken");
                }
                assertEquals(size, taken);
            }
        }
    }

    @Test
    void anAnswerThatIsLeftEarlyGivesUpItsConnection() throws IOException {
        try (ScriptedServer server = new ScriptedServer((peer, connection) -> {
            peer.requestHead();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\nabc");
            peer.closed();
        })) {
            CallResponse response = caller.call(CallRequest.of("GET", server.uri("/"), Headers.none()));
            assertEquals('a', response.body().read());
            response.close();
            Eventually.holds("the connection is gone", () -> caller.open(server.uri("/")) == 0);
        }
    }

    @Test
    void moreCallsThanConnectionsWaitForOne() throws Exception {
        int calls = 200;
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (HttpServer server = HttpServer.start(transport, TestServers.onLoopback(), exchange -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            Thread.onSpinWait();
            atOnce.decrementAndGet();
            exchange.respond(Response.text(200, "text/plain", "ok"));
        })) {
            URI uri = URI.create("http://localhost:" + server.address().getPort() + "/");
            CountDownLatch done = new CountDownLatch(calls);
            AtomicInteger failures = new AtomicInteger();
            for (int i = 0; i < calls; i++) {
                Thread.ofVirtual().start(() -> {
                    try {
                        assertEquals("200 ok", get(uri));
                    } catch (IOException | AssertionError e) {
                        failures.incrementAndGet();
                    } finally {
                        done.countDown();
                    }
                });
            }
            done.await();
            assertEquals(0, failures.get());
            assertTrue(caller.open(uri) <= 64, caller.open(uri) + " connections");
            assertTrue(most.get() <= 64);
        }
    }

    @Test
    void aCallerThatWasClosedCallsNobody() throws IOException {
        try (ScriptedServer server = forgetful()) {
            assertEquals("200 ok", get(server.uri("/")));
            caller.close();
            Eventually.holds("the kept connection is gone", () -> caller.open(server.uri("/")) == 0);
            assertThrows(IOException.class, () -> get(server.uri("/")));
        }
    }

    @Test
    void aServerThatIsNotThereIsNamed() throws IOException {
        URI uri;
        try (ScriptedServer server = forgetful()) {
            uri = server.uri("/x?secret");
        }
        IOException failure = assertThrows(IOException.class, () -> get(uri));
        assertTrue(failure.getMessage().startsWith("cannot reach http://127.0.0.1:"), failure.getMessage());
        assertFalse(failure.getMessage().contains("secret"));
        IOException unknown = assertThrows(IOException.class, () -> get(URI.create("http://no.such.invalid/")));
        assertTrue(unknown.getMessage().contains("no.such.invalid has no address"), unknown.getMessage());
    }
}
