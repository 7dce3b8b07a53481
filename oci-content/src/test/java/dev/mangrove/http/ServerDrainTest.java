package dev.mangrove.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class ServerDrainTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private Transport transport;

    @BeforeEach
    void startLoops() {
        transport = Transport.open(1);
    }

    @AfterEach
    void stopLoops() {
        goOn.countDown();
        transport.close();
    }

    private void waiting(HttpExchange exchange) throws IOException {
        begun.countDown();
        await(goOn);
        exchange.respond(Response.text(200, "text/plain", "done"));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpServer serving(Duration drain) throws IOException {
        return HttpServer.start(transport, TestServers.onLoopback().within(LONG, LONG, LONG, drain), this::waiting);
    }

    @Test
    void requestsUnderWayAreFinishedAndIdleConnectionsClosed() throws Exception {
        HttpServer server = serving(LONG);
        try (RawClient idle = RawClient.to(server.address());
                RawClient busy = RawClient.to(server.address())) {
            Eventually.holds("both are accepted", () -> server.connections() == 2);
            busy.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            await(begun);
            Thread closing = Thread.ofVirtual().start(server::close);
            assertTrue(idle.closed());
            assertThrows(ConnectException.class, () -> RawClient.to(server.address()));
            goOn.countDown();
            RawClient.Answer answer = busy.answer(false);
            assertEquals("done", answer.text());
            assertEquals("close", answer.field("Connection").orElseThrow());
            assertTrue(busy.closed());
            closing.join();
        }
    }

    @Test
    void whatMakesNoProgressIsCut() throws IOException {
        HttpServer server = serving(Duration.ofMillis(200));
        try (RawClient busy = RawClient.to(server.address())) {
            busy.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            await(begun);
            server.close();
            assertTrue(busy.closed());
        }
    }

    @Test
    void aTransferThatGoesOnIsNotCut() throws Exception {
        long size = 200L << 20;
        Duration drain = Duration.ofSeconds(5);
        Zeros source = new Zeros();
        AtomicInteger looks = new AtomicInteger();
        // a second for each megabyte sent: however fast the machine is, all of it takes much longer than the drain
        LongSupplier clock = () -> {
            looks.incrementAndGet();
            return (source.readBytes() >> 20) * 1_000_000_000L;
        };
        HttpHandler stream = exchange -> {
            begun.countDown();
            exchange.respond(new Response(200, Headers.none(), new Body.Stream(source, size)));
        };
        HttpServer server =
                HttpServer.start(transport, TestServers.onLoopback().within(LONG, LONG, LONG, drain), stream, clock);
        try (RawClient client = RawClient.to(server.address())) {
            client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            await(begun);
            Thread closing = Thread.ofVirtual().start(server::close);
            client.head();
            for (int piece = 0; piece < 10; piece++) {
                assertEquals(size / 10, client.in().readNBytes((int) (size / 10)).length);
                int before = looks.get();
                if (piece < 9) {
                    Eventually.holds("it was asked whether to cut", () -> looks.get() > before + 3);
                }
            }
            assertTrue(client.closed());
            closing.join();
        }
    }
}
