package dev.mangrove.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class NettyHttpCallerTest {
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

    private HttpServer serving(HttpHandler handler) throws IOException {
        return HttpServer.start(transport, TestServers.onLoopback(), handler);
    }

    private static URI at(HttpServer server, String path) {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    }

    private byte[] fetch(CallRequest request) throws IOException {
        try (CallResponse response = caller.call(request)) {
            assertEquals(200, response.status());
            return response.body().readAllBytes();
        }
    }

    @Test
    void usesOneConnectionForCallsInARow() throws IOException {
        byte[] content = HttpServerTest.random(1 << 20);
        try (HttpServer server = serving(e -> e.respond(new Response(200, Headers.none(), new Body.Bytes(content))))) {
            for (int i = 0; i < 5; i++) {
                assertArrayEquals(content, fetch(CallRequest.of("GET", at(server, "/"), Headers.none())));
            }
            assertEquals(1, server.connections());
            assertEquals(1, caller.open(at(server, "/")));
        }
    }

    @Test
    void sendsABodyOfAnyKind() throws IOException {
        byte[] content = HttpServerTest.random(3 << 20);
        try (HttpServer server = serving(e -> e.respond(
                new Response(200, Headers.none(), new Body.Bytes(e.body().readAllBytes()))))) {
            Body[] bodies = {
                new Body.Bytes(content),
                new Body.Stream(new ByteArrayInputStream(content), content.length),
                new Body.Chunked(out -> out.write(content))
            };
            for (Body body : bodies) {
                assertArrayEquals(content, fetch(new CallRequest("PUT", at(server, "/"), Headers.none(), body)));
            }
            assertEquals(1, server.connections());
        }
    }

    @Test
    void readsTheHeadOfAnAnswerToHead() throws IOException {
        try (HttpServer server =
                serving(e -> e.respond(new Response(200, Headers.none(), new Body.LengthOnly(1L << 40))))) {
            for (int i = 0; i < 2; i++) {
                try (CallResponse response = caller.call(CallRequest.of("HEAD", at(server, "/"), Headers.none()))) {
                    assertEquals(
                            "1099511627776",
                            response.headers().first("content-length").orElseThrow());
                    assertEquals(-1, response.body().read());
                }
            }
            assertEquals(1, server.connections());
        }
    }

    @Test
    void aBodyThatEndsEarlyIsAFailure() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread server = Thread.ofVirtual().start(() -> answerShort(listener));
            URI uri = URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/");
            try (CallResponse response = caller.call(CallRequest.of("GET", uri, Headers.none()))) {
                IOException failure =
                        assertThrows(IOException.class, () -> response.body().readAllBytes());
                assertTrue(failure.getMessage().contains("after 3 bytes"), failure.getMessage());
            }
            assertEquals(Thread.State.TERMINATED, joined(server));
        }
    }

    private static Thread.State joined(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return thread.getState();
    }

    private static void answerShort(ServerSocket listener) {
        try (Socket socket = listener.accept();
                RawClient peer = RawClient.over(socket)) {
            peer.requestHead();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
