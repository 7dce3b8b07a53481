package dev.mangrove.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A test that relies on a fault proves nothing if the fault does not happen. */
class FaultProxyTest {
    private static final byte[] CONTENT = TestImage.random(7, 300_000);

    private HttpServer server;
    private FaultProxy proxy;
    private Wire wire;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestMethod().equals("POST")
                    ? exchange.getRequestBody().readAllBytes()
                    : CONTENT;
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        proxy = FaultProxy.inFrontOf(server.getAddress().getPort());
        wire = new Wire(proxy.url());
    }

    @AfterEach
    void stopServer() {
        wire.close();
        proxy.close();
        server.stop(0);
    }

    @Test
    void withoutARuleRequestAndAnswerPassUnchanged() {
        assertArrayEquals(CONTENT, wire.get("/x").expect(200).body());
        assertArrayEquals(CONTENT, wire.post("/x", CONTENT).expect(200).body());
        assertEquals(2, proxy.requests().size());
    }

    @Test
    void aRuleIsUsedAsOftenAsItSays() {
        proxy.on(request -> true, new Fault.Answer(429, Map.of("Retry-After", "1"), "slow down"), 2);
        assertEquals("1", wire.get("/x").expect(429).header("Retry-After").orElseThrow());
        wire.get("/x").expect(429);
        wire.get("/x").expect(200);
    }

    @Test
    void aCutBodyEndsBeforeItsLength() {
        proxy.on(FaultProxy.Request::isGet, new Fault.CutBody(1_000), 1);
        assertThrows(IOException.class, () -> wire.sendOrFail("GET", "/x", null));
        assertArrayEquals(CONTENT, wire.get("/x").expect(200).body());
    }

    @Test
    void aFlippedByteIsTheOnlyDifference() {
        proxy.on(FaultProxy.Request::isGet, new Fault.FlipByte(123_456), 1);
        byte[] body = wire.get("/x").expect(200).body();
        assertEquals((byte) (CONTENT[123_456] ^ 1), body[123_456]);
        body[123_456] ^= 1;
        assertArrayEquals(CONTENT, body);
    }

    @Test
    void aLengthThatPromisesTooMuchIsAnIncompleteAnswer() {
        proxy.on(FaultProxy.Request::isGet, new Fault.LieAboutLength(10), 1);
        assertThrows(IOException.class, () -> wire.sendOrFail("GET", "/x", null));
    }

    @Test
    void aRedirectNamesTheOtherPlaceWithTheSamePath() {
        proxy.on(FaultProxy.Request::isGet, new Fault.RedirectTo("http://127.0.0.1:1"), 1);
        assertEquals(
                "http://127.0.0.1:1/x?y=z",
                wire.get("/x?y=z").expect(307).header("Location").orElseThrow());
    }

    @Test
    void aCutLinkAnswersNothingUntilItIsRestored() {
        proxy.cutLink();
        assertThrows(IOException.class, () -> wire.sendOrFail("GET", "/x", null));
        proxy.restore();
        assertFalse(wire.get("/x").expect(200).body().length == 0);
    }

    @Test
    void aHangupEndsTheConnectionWithoutAnAnswer() {
        proxy.on(request -> true, new Fault.Hangup(), 10); // the JDK's client asks again by itself
        assertThrows(IOException.class, () -> wire.sendOrFail("GET", "/x", null));
    }
}
