package dev.mangrove.distribution;

import dev.mangrove.http.Body;
import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpExchange;
import dev.mangrove.http.RequestHead;
import dev.mangrove.http.Response;
import dev.mangrove.oci.ByteRange;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A request without a socket, and what was answered to it. */
public final class FakeExchange implements HttpExchange {
    private final RequestHead head;
    private final InputStream body;
    private Optional<Response> response = Optional.empty();
    private byte[] sent = {};

    private FakeExchange(RequestHead head, InputStream body) {
        this.head = head;
        this.body = body;
    }

    /** A request without a body. */
    public static FakeExchange of(String method, String target) {
        return of(method, target, Headers.none(), new byte[0]);
    }

    /** A request with headers and a body, whose length is announced. */
    public static FakeExchange of(String method, String target, Headers headers, byte[] body) {
        Headers all = body.length == 0 ? headers : headers.with("Content-Length", Integer.toString(body.length));
        return streamed(method, target, all, new ByteArrayInputStream(body));
    }

    /** A request whose body has no announced length, unless the headers say one. */
    public static FakeExchange streamed(String method, String target, Headers headers, InputStream body) {
        int question = target.indexOf('?');
        String path = question < 0 ? target : target.substring(0, question);
        String query = question < 0 ? "" : target.substring(question + 1);
        InetSocketAddress remote = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
        return new FakeExchange(new RequestHead(method, path, query, headers, false, remote), body);
    }

    @Override
    public RequestHead request() {
        return head;
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public void respond(Response answer) throws IOException {
        if (response.isPresent()) {
            throw new IllegalStateException("answered twice");
        }
        response = Optional.of(answer);
        sent = bytes(answer.body());
    }

    @Override
    public boolean responded() {
        return response.isPresent();
    }

    public int status() {
        return response.orElseThrow().status();
    }

    public Optional<String> header(String name) {
        return response.orElseThrow().headers().first(name);
    }

    public Headers headers() {
        return response.orElseThrow().headers();
    }

    /** The body as the client would see it, also for HEAD. */
    public byte[] sent() {
        return sent.clone();
    }

    public String text() {
        return new String(sent, StandardCharsets.UTF_8);
    }

    /** What Content-Length would say. */
    public long lengthBytes() {
        return response.orElseThrow().body() instanceof Body.LengthOnly(long lengthBytes) ? lengthBytes : sent.length;
    }

    private static byte[] bytes(Body body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        switch (body) {
            case Body.Empty _, Body.LengthOnly _ -> {}
            case Body.Bytes(byte[] bytes) -> out.writeBytes(bytes);
            case Body.FileSlice(FileChannel file, ByteRange range) -> out.writeBytes(slice(file, range));
            case Body.ArrivingSlice(FileChannel file, ByteRange range, Body.Arrival arrival) -> {
                for (long at = range.offset(); at < range.end(); ) {
                    long until = arrival.awaitBeyond(at);
                    out.writeBytes(slice(file, new ByteRange(at, until - at)));
                    at = until;
                }
            }
            case Body.Stream(InputStream bytes, long lengthBytes) -> {
                byte[] read = bytes.readNBytes((int) lengthBytes);
                if (read.length < lengthBytes) {
                    throw new EOFException("the body ended short");
                }
                out.writeBytes(read);
            }
            case Body.Chunked(Body.Writer writer) -> writer.writeTo(out);
        }
        return out.toByteArray();
    }

    private static byte[] slice(FileChannel file, ByteRange range) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) range.length());
        while (bytes.hasRemaining() && file.read(bytes, range.offset() + bytes.position()) >= 0) {
            // on to the rest
        }
        return bytes.array();
    }
}
