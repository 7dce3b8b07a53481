package dev.mangrove.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.oci.ByteRange;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
class HttpServerTest {
    @TempDir
    Path folder;

    private Transport transport;

    Transport transport() {
        return Transport.open(1);
    }

    @BeforeEach
    void startLoops() {
        transport = transport();
    }

    @AfterEach
    void stopLoops() {
        transport.close();
    }

    private HttpServer serving(HttpHandler handler) throws IOException {
        return HttpServer.start(transport, TestServers.onLoopback(), handler);
    }

    @Test
    void answersARequestAndKeepsTheConnection() throws IOException {
        HttpHandler echoPath = exchange -> exchange.respond(
                Response.text(200, "text/plain", exchange.request().rawPath()));
        try (HttpServer server = serving(echoPath);
                RawClient client = RawClient.to(server.address())) {
            for (String path : new String[] {"/a", "/b%3Ac", "/d"}) {
                RawClient.Answer answer = client.get(path);
                assertEquals(200, answer.status());
                assertEquals(path, answer.text());
            }
            assertEquals(1, server.connections());
        }
    }

    @Test
    void sendsASliceOfAFile() throws IOException {
        byte[] content = random(3 << 20);
        Path file = Files.write(folder.resolve("blob"), content);
        try (FileChannel channel = FileChannel.open(file)) {
            HttpHandler slice = exchange -> {
                String[] ends = exchange.request().rawQuery().split("-");
                ByteRange range = new ByteRange(Long.parseLong(ends[0]), Long.parseLong(ends[1]));
                exchange.respond(new Response(206, Headers.none(), new Body.FileSlice(channel, range)));
            };
            try (HttpServer server = serving(slice);
                    RawClient client = RawClient.to(server.address())) {
                for (int[] range : new int[][] {{0, 3 << 20}, {5, 100}, {1 << 20, 1 << 20}, {7, 0}}) {
                    RawClient.Answer answer = client.get("/?" + range[0] + "-" + range[1]);
                    assertArrayEquals(
                            Arrays.copyOfRange(content, range[0], range[0] + range[1]),
                            answer.body(),
                            Arrays.toString(range));
                }
                assertTrue(channel.isOpen(), "the file is borrowed");
            }
        }
    }

    @Test
    void readsABodyOfEitherFraming() throws IOException {
        byte[] content = random(2 << 20);
        HttpHandler echo = exchange -> exchange.respond(
                new Response(200, Headers.none(), new Body.Bytes(exchange.body().readAllBytes())));
        try (HttpServer server = serving(echo);
                RawClient client = RawClient.to(server.address())) {
            assertArrayEquals(content, client.send("PUT", "/x", content).body());
            assertArrayEquals(content, client.sendChunked("PUT", "/x", content).body());
        }
    }

    static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
