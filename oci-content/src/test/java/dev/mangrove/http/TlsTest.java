package dev.mangrove.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.oci.ByteRange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
class TlsTest {
    private static final int SIZE = 5 << 20;

    @TempDir
    Path folder;

    private Transport transport;
    private TestCertificates certificates;

    @BeforeEach
    void start() throws IOException {
        transport = Transport.open(1);
        certificates = TestCertificates.in(folder);
    }

    @AfterEach
    void stop() {
        transport.close();
    }

    private HttpServer serving(HttpHandler handler) throws IOException {
        ServerTls tls = ServerTls.ofPem(certificates.chainFile(), certificates.keyFile());
        return HttpServer.start(transport, TestServers.onLoopback().with(tls), handler);
    }

    private NettyHttpCaller trustingCaller() {
        return new NettyHttpCaller(transport, CallerOptions.usual().trusting(List.of(certificates.chainFile())));
    }

    private static URI at(HttpServer server, String host) {
        return URI.create("https://" + host + ":" + server.address().getPort() + "/x");
    }

    @Test
    void carriesFilesStreamsAndUploads() throws IOException {
        byte[] content = HttpServerTest.random(SIZE);
        Path file = Files.write(folder.resolve("blob"), content);
        try (FileChannel channel = FileChannel.open(file)) {
            HttpHandler handler = exchange -> {
                assertTrue(exchange.request().secure());
                Body body =
                        switch (exchange.request().method() + exchange.request().rawQuery()) {
                            case "GET" -> new Body.FileSlice(channel, ByteRange.whole(SIZE));
                            case "GETarriving" ->
                                new Body.ArrivingSlice(
                                        channel, ByteRange.whole(SIZE), at -> Math.min(SIZE, at + 300_000));
                            default -> new Body.Bytes(exchange.body().readAllBytes());
                        };
                exchange.respond(new Response(200, Headers.none(), body));
            };
            try (HttpServer server = serving(handler);
                    NettyHttpCaller caller = trustingCaller()) {
                URI uri = at(server, "localhost");
                for (CallRequest request : List.of(
                        CallRequest.of("GET", uri, Headers.none()),
                        CallRequest.of("GET", URI.create(uri + "?arriving"), Headers.none()),
                        new CallRequest(
                                "PUT",
                                uri,
                                Headers.none(),
                                new Body.Stream(new ByteArrayInputStream(content), SIZE)))) {
                    try (CallResponse response = caller.call(request)) {
                        assertArrayEquals(content, response.body().readAllBytes(), request.method());
                    }
                }
                assertEquals(1, server.connections());
            }
        }
    }

    @Test
    void aRenewedCertificateIsShownToNewConnectionsAndOldOnesGoOn() throws IOException {
        HttpHandler handler = e -> e.respond(Response.empty(200, Headers.none()));
        Path chain = certificates.chainFile();
        CertificateWatch.Source files = () -> ServerTls.ofPem(chain, certificates.keyFile());
        try (HttpServer server = serving(handler);
                NettyHttpCaller old = trustingCaller()) {
            CertificateWatch watch = new CertificateWatch(server, files, files.current());
            CallRequest request = CallRequest.of("GET", at(server, "localhost"), Headers.none());
            ask(old, request);

            TestCertificates next = TestCertificates.in(Files.createDirectory(folder.resolve("next")));
            Files.copy(next.chainFile(), chain, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            IOException half = assertThrows(IOException.class, watch::look);
            assertTrue(half.getMessage().contains("do not go together"), half.getMessage());
            try (NettyHttpCaller trustsTheNext = caller(next)) {
                assertThrows(IOException.class, () -> trustsTheNext.call(request), "still the old one");
            }

            Files.copy(next.keyFile(), certificates.keyFile(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            watch.look();
            try (NettyHttpCaller trustsTheNext = caller(next)) {
                ask(trustsTheNext, request);
            }
            ask(old, request); // it trusts only the old one: its connection from before goes on
        }
    }

    /** Reads to the end, so that the connection is kept. */
    private static void ask(NettyHttpCaller caller, CallRequest request) throws IOException {
        try (CallResponse answer = caller.call(request)) {
            assertEquals(0, answer.body().readAllBytes().length);
        }
    }

    private NettyHttpCaller caller(TestCertificates trusted) {
        return new NettyHttpCaller(transport, CallerOptions.usual().trusting(List.of(trusted.chainFile())));
    }

    @Test
    void aServerNobodyVouchesForIsNotTalkedTo() throws IOException {
        try (HttpServer server = serving(e -> e.respond(Response.empty(200, Headers.none())));
                NettyHttpCaller caller = new NettyHttpCaller(transport, CallerOptions.usual())) {
            CallRequest request = CallRequest.of("GET", at(server, "localhost"), Headers.none());
            IOException failure = assertThrows(IOException.class, () -> caller.call(request));
            assertTrue(failure.getMessage().startsWith("cannot reach https://localhost:"), failure.getMessage());
            assertEquals(0, caller.open(request.uri()));
        }
    }

    @Test
    void aCertificateForAnotherNameIsNotAccepted() throws IOException {
        try (HttpServer server = serving(e -> e.respond(Response.empty(200, Headers.none())));
                NettyHttpCaller caller = trustingCaller()) {
            assertThrows(
                    IOException.class,
                    () -> caller.call(CallRequest.of("GET", at(server, "127.0.0.2"), Headers.none())));
        }
    }

    @Test
    void plainHttpOnTheTlsPortIsToldSo() throws IOException {
        try (HttpServer server = serving(e -> e.respond(Response.empty(200, Headers.none())));
                RawClient client = RawClient.to(server.address())) {
            RawClient.Answer answer = client.get("/");
            assertEquals(400, answer.status());
            assertTrue(answer.text().contains("https://"), answer.text());
            assertTrue(client.closed());
        }
    }
}
