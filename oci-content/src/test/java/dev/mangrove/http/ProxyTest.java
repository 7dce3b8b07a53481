package dev.mangrove.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(NoLeaks.class)
class ProxyTest {
    @TempDir
    Path folder;

    private final Queue<List<String>> seen = new ConcurrentLinkedQueue<>();
    private Transport transport;

    @BeforeEach
    void startLoops() {
        transport = Transport.open(1);
    }

    @AfterEach
    void stopLoops() {
        transport.close();
    }

    private static ProxySettings through(ScriptedServer proxy) {
        Optional<URI> uri = Optional.of(URI.create("http://us%40er:p%3Aw@127.0.0.1:" + proxy.port()));
        return new ProxySettings(uri, uri, List.of());
    }

    private static String text(HttpCaller caller, String uri) throws IOException {
        try (CallResponse response = caller.call(CallRequest.of("GET", URI.create(uri), Headers.none()))) {
            return response.status() + " " + new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String credentials(List<String> head) {
        String prefix = "proxy-authorization: basic ";
        return head.stream()
                .filter(f -> f.regionMatches(true, 0, prefix, 0, prefix.length()))
                .map(f -> f.substring(prefix.length()))
                .map(f -> new String(java.util.Base64.getDecoder().decode(f), StandardCharsets.UTF_8))
                .findFirst()
                .orElse("none");
    }

    /** Tunnels to a port of the loopback, whatever host was asked for. */
    private ScriptedServer tunnelTo(int port) throws IOException {
        return new ScriptedServer((peer, connection) -> {
            seen.add(peer.requestHead());
            try (Socket target = new Socket("127.0.0.1", port)) {
                peer.write("HTTP/1.1 200 Connection established\r\n\r\n");
                Thread back = Thread.ofVirtual().start(() -> copy(target, peer));
                peer.in().transferTo(target.getOutputStream());
                target.shutdownOutput();
                back.join();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
    }

    private static void copy(Socket from, RawClient to) {
        try {
            from.getInputStream().transferTo(to.socket().getOutputStream());
        } catch (IOException e) {
            // one side left
        }
    }

    @Test
    void httpsGoesThroughATunnel() throws IOException {
        TestCertificates certificates = TestCertificates.in(folder);
        HttpHandler hello = e -> e.respond(Response.text(200, "text/plain", "hello"));
        try (HttpServer server =
                        HttpServer.start(transport, TestServers.onLoopback().with(certificates.forServer()), hello);
                ScriptedServer proxy = tunnelTo(server.address().getPort());
                NettyHttpCaller caller = new NettyHttpCaller(
                        transport,
                        CallerOptions.usual().with(through(proxy)).trusting(List.of(certificates.chainFile())))) {
            IOException wrongName =
                    assertThrows(IOException.class, () -> text(caller, "https://registry.invalid:444/x"));
            assertTrue(wrongName.getMessage().startsWith("cannot reach https://registry.invalid:444"));
            List<String> head = seen.remove();
            assertEquals("CONNECT registry.invalid:444 HTTP/1.1", head.getFirst());
            assertEquals("us@er:p:w", credentials(head));
        }
    }

    @Test
    void theTunnelCarriesCallsAndIsKept() throws IOException {
        TestCertificates certificates = TestCertificates.forName(folder, "registry.invalid");
        HttpHandler hello = e -> e.respond(Response.text(200, "text/plain", "hello"));
        try (HttpServer server =
                        HttpServer.start(transport, TestServers.onLoopback().with(certificates.forServer()), hello);
                ScriptedServer proxy = tunnelTo(server.address().getPort());
                NettyHttpCaller caller = new NettyHttpCaller(
                        transport,
                        CallerOptions.usual().with(through(proxy)).trusting(List.of(certificates.chainFile())))) {
            assertEquals("200 hello", text(caller, "https://registry.invalid/x"));
            assertEquals("200 hello", text(caller, "https://registry.invalid/y"));
            assertEquals(1, proxy.connections());
        }
    }

    @Test
    void plainRequestsNameTheServerToTheProxy() throws IOException {
        try (ScriptedServer proxy = new ScriptedServer((peer, connection) -> {
                    seen.add(peer.requestHead());
                    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                });
                NettyHttpCaller caller =
                        new NettyHttpCaller(transport, CallerOptions.usual().with(through(proxy)))) {
            assertEquals("200 ok", text(caller, "http://registry.invalid:81/v2/?x=1"));
            List<String> head = seen.remove();
            assertEquals("GET http://registry.invalid:81/v2/?x=1 HTTP/1.1", head.getFirst());
            assertTrue(head.contains("Host: registry.invalid:81"));
            assertEquals("us@er:p:w", credentials(head));
        }
    }

    @Test
    void aRefusalOfTheProxyIsToldWithoutItsPassword() throws IOException {
        try (ScriptedServer proxy = new ScriptedServer((peer, connection) -> {
                    peer.requestHead();
                    peer.write("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
                    peer.closed();
                });
                NettyHttpCaller caller =
                        new NettyHttpCaller(transport, CallerOptions.usual().with(through(proxy)))) {
            IOException failure = assertThrows(IOException.class, () -> text(caller, "https://registry.invalid/"));
            assertTrue(failure.getMessage().contains("407"), failure.getMessage());
            assertFalse(failure.getMessage().contains("p:w"), failure.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "registry.example, false",
        "intern.example, true",
        "a.intern.example, true",
        "xintern.example, false",
        "b.dotted.example, true",
        "c.star.example, true",
        "10.1.2.3, true",
        "port.example, false",
        "localhost, true",
        "127.0.0.1, true",
        "::1, true",
    })
    void someHostsAreReachedDirectly(String host, boolean direct) {
        ProxySettings settings = ProxySettings.fromEnvironment(Map.of(
                "HTTPS_PROXY", "proxy.example:3128",
                "no_proxy", "intern.example, .dotted.example,*.star.example 10.1.2.3,Port.example:444"));
        assertEquals(direct, settings.onTheWayTo(new Origin(true, host, 443)).isEmpty());
        assertEquals(Optional.empty(), settings.onTheWayTo(new Origin(false, host, 80)));
    }

    @Test
    void aProxyThatCannotBeUsedIsNamedWithoutItsPassword() {
        IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class,
                () -> ProxySettings.fromEnvironment(Map.of("HTTP_PROXY", "socks5://u:secret@proxy:1080")));
        assertTrue(failure.getMessage().contains("socks5://proxy:1080"), failure.getMessage());
        assertFalse(failure.getMessage().contains("secret"), failure.getMessage());
    }
}
