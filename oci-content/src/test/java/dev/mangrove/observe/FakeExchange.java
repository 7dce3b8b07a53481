package dev.mangrove.observe;

import dev.mangrove.http.Body;
import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpExchange;
import dev.mangrove.http.RequestHead;
import dev.mangrove.http.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** An exchange without a connection: takes the answer's body into memory. */
public final class FakeExchange implements HttpExchange {
    private final RequestHead head;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private int status;

    public FakeExchange(String method, String path, String query, Headers headers) {
        head = new RequestHead(
                method, path, query, headers, false, new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711));
    }

    public static FakeExchange get(String path) {
        return new FakeExchange("GET", path, "", Headers.none());
    }

    @Override
    public RequestHead request() {
        return head;
    }

    @Override
    public InputStream body() {
        return InputStream.nullInputStream();
    }

    @Override
    public void respond(Response response) throws IOException {
        if (responded()) {
            throw new IllegalStateException("an exchange has one answer");
        }
        status = response.status();
        switch (response.body()) {
            case Body.Empty e -> {}
            case Body.LengthOnly l -> {}
            case Body.Bytes bytes -> sent.write(bytes.bytes());
            case Body.Stream stream -> sent.write(stream.bytes().readNBytes((int) stream.lengthBytes()));
            case Body.Chunked chunked -> chunked.writer().writeTo(sent);
            case Body.ArrivingSlice slice -> throw new UnsupportedOperationException();
            case Body.FileSlice slice -> throw new UnsupportedOperationException();
        }
    }

    @Override
    public boolean responded() {
        return status != 0;
    }

    public int status() {
        return status;
    }

    public String text() {
        return sent.toString(StandardCharsets.UTF_8);
    }
}
