package dev.mangrove.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.oci.ByteRange;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
class ServerBodiesTest {
    /** Socket buffers of both ends may grow to some MiB; our own buffers stay below one. */
    private static final long MAX_BUFFERED_BYTES = 24 << 20;

    private static final long LARGE = 96L << 20;
    private static final int STEP = 64 * 1024;

    @TempDir
    Path folder;

    private Transport transport;

    @BeforeEach
    void startLoops() {
        transport = Transport.open(1);
    }

    @AfterEach
    void stopLoops() {
        transport.close();
    }

    private HttpServer serving(HttpHandler handler) throws IOException {
        return HttpServer.start(transport, TestServers.onLoopback(), handler);
    }

    private static Response ok(Body body) {
        return new Response(200, Headers.none(), body);
    }

    @Test
    void aSlowReaderHoldsBackTheSource() throws IOException {
        Zeros source = new Zeros();
        try (HttpServer server = serving(e -> e.respond(ok(new Body.Stream(source, LARGE))));
                RawClient client = RawClient.to(server.address())) {
            client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            client.head();
            for (long taken = 0; taken < LARGE; taken += STEP) {
                assertEquals(STEP, client.in().readNBytes(STEP).length);
                long ahead = source.readBytes() - taken;
                assertTrue(ahead <= MAX_BUFFERED_BYTES, "the source is " + ahead + " bytes ahead of the reader");
            }
        }
    }

    @Test
    void aSlowHandlerHoldsBackTheUpload() throws IOException {
        AtomicLong sent = new AtomicLong();
        HttpHandler slow = exchange -> {
            for (long taken = 0; taken < LARGE; taken += STEP) {
                assertEquals(STEP, exchange.body().readNBytes(STEP).length);
                long ahead = sent.get() - taken;
                assertTrue(ahead <= MAX_BUFFERED_BYTES, "the client is " + ahead + " bytes ahead of the handler");
            }
            exchange.respond(Response.empty(201, Headers.none()));
        };
        try (HttpServer server = serving(slow);
                RawClient client = RawClient.to(server.address())) {
            client.write("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: " + LARGE + "\r\n\r\n");
            byte[] piece = new byte[STEP];
            for (long at = 0; at < LARGE; at += STEP) {
                client.write(piece);
                sent.addAndGet(STEP);
            }
            assertEquals(201, client.answer(false).status());
        }
    }

    @Test
    void aReaderThatLeavesEndsTheAnswer() throws IOException {
        AtomicReference<IOException> failure = new AtomicReference<>();
        HttpHandler handler = exchange -> {
            try {
                exchange.respond(ok(new Body.Stream(new Zeros(), Long.MAX_VALUE)));
            } catch (IOException e) {
                failure.set(e);
                throw e;
            }
        };
        try (HttpServer server = serving(handler)) {
            try (RawClient client = RawClient.to(server.address())) {
                client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
                client.head();
            }
            Eventually.holds("the handler is told", () -> failure.get() != null);
            Eventually.holds("the connection is gone", () -> server.connections() == 0);
        }
    }

    @Test
    void aReaderThatLeavesDuringASendfileEndsIt() throws IOException {
        Path file = folder.resolve("sparse");
        AtomicReference<IOException> failure = new AtomicReference<>();
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), LARGE - 1);
            HttpHandler handler = exchange -> {
                try {
                    exchange.respond(ok(new Body.FileSlice(channel, ByteRange.whole(LARGE))));
                } catch (IOException e) {
                    failure.set(e);
                    throw e;
                }
            };
            try (HttpServer server = serving(handler)) {
                try (RawClient client = RawClient.to(server.address())) {
                    client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
                    client.head();
                }
                Eventually.holds("the handler is told", () -> failure.get() != null);
                assertTrue(channel.isOpen());
            }
        }
    }

    @Test
    void offsetsBeyondFourGigabytesAreServed() throws IOException {
        long offset = 5_000_000_000L;
        byte[] content = HttpServerTest.random(300_000);
        try (FileChannel channel = FileChannel.open(
                folder.resolve("sparse"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.wrap(content), offset);
            ByteRange range = new ByteRange(offset, content.length);
            try (HttpServer server = serving(e -> e.respond(ok(new Body.FileSlice(channel, range))));
                    RawClient client = RawClient.to(server.address())) {
                assertArrayEquals(content, client.get("/").body());
            }
        }
    }

    @Test
    void aFileThatIsTooShortIsNeverACompleteAnswer() throws IOException {
        try (FileChannel channel = FileChannel.open(
                folder.resolve("short"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(200_000));
            for (long length : new long[] {200_001, 210_000, 1L << 30}) {
                try (HttpServer server =
                                serving(e -> e.respond(ok(new Body.FileSlice(channel, ByteRange.whole(length)))));
                        RawClient client = RawClient.to(server.address())) {
                    assertThrows(IOException.class, () -> client.get("/"));
                    Eventually.holds("the connection is gone", () -> server.connections() == 0);
                }
            }
        }
    }

    @Test
    void aFileIsSentAsItArrivesAndCutWhereItsArrivalFails() throws IOException {
        byte[] content = HttpServerTest.random(500_000);
        try (FileChannel channel = FileChannel.open(
                folder.resolve("arriving"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            Body.Arrival writing = offset -> {
                int step = (int) Math.min(content.length - offset, 70_001);
                channel.write(ByteBuffer.wrap(content, (int) offset, step), offset);
                return offset + step;
            };
            Body.Arrival failing = offset -> {
                if (offset > 300_000) {
                    throw new IOException("upstream is gone");
                }
                return writing.awaitBeyond(offset);
            };
            ByteRange range = new ByteRange(10, content.length - 10L);
            try (HttpServer server = serving(e -> e.respond(ok(new Body.ArrivingSlice(channel, range, writing))));
                    RawClient client = RawClient.to(server.address())) {
                assertArrayEquals(
                        Arrays.copyOfRange(content, 10, content.length),
                        client.get("/").body());
            }
            try (HttpServer server = serving(e -> e.respond(ok(new Body.ArrivingSlice(channel, range, failing))));
                    RawClient client = RawClient.to(server.address())) {
                assertThrows(IOException.class, () -> client.get("/"));
                Eventually.holds("the connection is gone", () -> server.connections() == 0);
            }
            assertTrue(channel.isOpen());
        }
    }

    @Test
    void aStreamThatEndsShortIsNeverACompleteAnswer() throws IOException {
        Body tooShort = new Body.Stream(new ByteArrayInputStream(new byte[100_000]), 100_001);
        try (HttpServer server = serving(e -> e.respond(ok(tooShort)));
                RawClient client = RawClient.to(server.address())) {
            assertThrows(EOFException.class, () -> client.get("/"));
        }
    }

    @Test
    void aChunkedAnswerThatFailsHasNoLastChunk() throws IOException {
        Body broken = new Body.Chunked(out -> {
            out.write(new byte[100_000]);
            throw new IOException("upstream is gone");
        });
        try (HttpServer server = serving(e -> e.respond(ok(broken)));
                RawClient client = RawClient.to(server.address())) {
            assertThrows(EOFException.class, () -> client.get("/"));
        }
    }

    @Test
    void aChunkedAnswerArrivesWhole() throws IOException {
        byte[] content = HttpServerTest.random(500_000);
        Body chunked = new Body.Chunked(out -> {
            out.write(content, 0, 1);
            out.flush();
            for (byte b : java.util.Arrays.copyOfRange(content, 1, 100_000)) {
                out.write(b);
            }
            out.write(content, 100_000, 400_000);
        });
        try (HttpServer server = serving(e -> e.respond(ok(chunked)));
                RawClient client = RawClient.to(server.address())) {
            assertArrayEquals(content, client.get("/").body());
            assertEquals(200, client.get("/").status());
        }
    }

    @Test
    void aHandlerThatFailsOrForgetsIs500WithoutDetail() throws IOException {
        HttpHandler handler = exchange -> {
            if (exchange.request().rawPath().equals("/fails")) {
                throw new IOException("/secret/path");
            }
        };
        try (HttpServer server = serving(handler);
                RawClient client = RawClient.to(server.address())) {
            for (String path : new String[] {"/fails", "/forgets"}) {
                RawClient.Answer answer = client.get(path);
                assertEquals(500, answer.status());
                assertEquals("internal error\n", answer.text());
            }
        }
    }

    @Test
    void headGetsTheLengthAndNoBody() throws IOException {
        HttpHandler handler = exchange -> exchange.respond(
                switch (exchange.request().rawPath()) {
                    case "/length" -> ok(new Body.LengthOnly(1L << 40));
                    case "/bytes" -> ok(new Body.Bytes(new byte[7]));
                    case "/stream" -> ok(new Body.Stream(InputStream.nullInputStream(), 8));
                    default -> Response.empty(404, Headers.none());
                });
        try (HttpServer server = serving(handler);
                RawClient client = RawClient.to(server.address())) {
            for (String[] pathAndLength :
                    new String[][] {{"/length", "1099511627776"}, {"/bytes", "7"}, {"/stream", "8"}, {"/none", "0"}}) {
                client.write("HEAD " + pathAndLength[0] + " HTTP/1.1\r\nHost: x\r\n\r\n");
                assertEquals(
                        pathAndLength[1],
                        client.answer(true).field("Content-Length").orElseThrow());
            }
        }
    }

    @Test
    void statusesWithoutABodySayNoLength() throws IOException {
        HttpHandler handler = exchange -> exchange.respond(
                Response.empty(Integer.parseInt(exchange.request().rawQuery()), Headers.of("ETag", "\"x\"")));
        try (HttpServer server = serving(handler);
                RawClient client = RawClient.to(server.address())) {
            for (int status : new int[] {204, 304}) {
                RawClient.Answer answer = client.get("/?" + status);
                assertEquals(status, answer.status());
                assertTrue(answer.field("Content-Length").isEmpty());
            }
        }
    }

    @Test
    void aClientThatWaitsIsToldToGoOnWhenTheBodyIsRead() throws IOException {
        HttpHandler echo =
                exchange -> exchange.respond(ok(new Body.Bytes(exchange.body().readAllBytes())));
        try (HttpServer server = serving(echo);
                RawClient client = RawClient.to(server.address())) {
            for (int i = 0; i < 2; i++) {
                client.write("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
                assertEquals(100, client.answer(false).status());
                client.write("abc");
                assertEquals("abc", client.answer(false).text());
            }
        }
    }

    @Test
    void aClientThatWaitsIsNotToldToGoOnWhenTheBodyIsNotWanted() throws IOException {
        try (HttpServer server = serving(e -> e.respond(Response.empty(401, Headers.none())));
                RawClient client = RawClient.to(server.address())) {
            client.write("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            RawClient.Answer answer = client.answer(false);
            assertEquals(401, answer.status());
            assertEquals("close", answer.field("Connection").orElseThrow());
        }
    }

    @Test
    void aSmallBodyNobodyReadDoesNotCostTheConnection() throws IOException {
        try (HttpServer server = serving(e -> e.respond(Response.empty(401, Headers.none())));
                RawClient client = RawClient.to(server.address())) {
            for (int i = 0; i < 5; i++) {
                RawClient.Answer answer = client.send("PUT", "/", new byte[50_000]);
                assertEquals(401, answer.status());
                assertTrue(answer.field("Connection").isEmpty());
            }
            assertEquals(1, server.connections());
        }
    }

    @Test
    void aLargeBodyNobodyReadDoesNotHideTheAnswer() throws IOException {
        try (HttpServer server = serving(e -> e.respond(Response.empty(401, Headers.none())));
                RawClient client = RawClient.to(server.address())) {
            client.write("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n");
            client.write(new byte[1_000_000]);
            RawClient.Answer answer = client.answer(false);
            assertEquals(401, answer.status());
            assertEquals("close", answer.field("Connection").orElseThrow());
            assertTrue(client.closed());
        }
    }

    @Test
    void anUploadThatBreaksOffIsAFailureForTheHandler() throws IOException {
        AtomicReference<IOException> failure = new AtomicReference<>();
        AtomicLong taken = new AtomicLong();
        HttpHandler reading = exchange -> {
            try {
                byte[] piece = new byte[1_000];
                for (int count = 0; count >= 0; count = exchange.body().read(piece)) {
                    taken.addAndGet(count);
                }
            } catch (IOException e) {
                failure.set(e);
                throw e;
            }
        };
        for (String framing : new String[] {"Content-Length: 1000000", "Transfer-Encoding: chunked"}) {
            failure.set(null);
            try (HttpServer server = serving(reading)) {
                try (RawClient client = RawClient.to(server.address())) {
                    client.write("PUT / HTTP/1.1\r\nHost: x\r\n" + framing + "\r\n\r\n4\r\nabcd\r\n");
                }
                Eventually.holds("the handler is told", () -> failure.get() != null);
                assertTrue(failure.get().getMessage().contains("before its request was complete"), framing);
            }
        }
        assertTrue(taken.get() > 0);
    }

    @Test
    void aMalformedChunkIsAFailureForTheHandler() throws IOException {
        AtomicReference<String> failure = new AtomicReference<>("none");
        HttpHandler reading = exchange -> {
            try {
                exchange.body().readAllBytes();
            } catch (IOException e) {
                failure.set(e.getMessage());
                exchange.respond(Response.empty(400, Headers.none()));
            }
        };
        try (HttpServer server = serving(reading);
                RawClient client = RawClient.to(server.address())) {
            client.write("PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
            assertEquals(400, client.answer(false).status());
            assertTrue(client.closed());
            assertTrue(failure.get().contains("malformed"), failure.get());
        }
    }
}
