package dev.mangrove.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Why a request got no further than its head, and what the client is told; the connection is closed after it. */
record RefusedRequest(int status, String reason) {
    static final RefusedRequest TLS_ON_PLAIN_PORT =
            new RefusedRequest(400, "this port speaks plain HTTP, but the client began a TLS handshake; use http://");
    static final RefusedRequest PLAIN_ON_TLS_PORT =
            new RefusedRequest(400, "this port speaks HTTPS, but the client sent plain HTTP; use https://");
    static final RefusedRequest TOO_MANY_CONNECTIONS =
            new RefusedRequest(503, "the server has as many connections as it allows; try again later");
    private static final RefusedRequest UNKNOWN_EXPECTATION =
            new RefusedRequest(417, "the only expectation this server knows is 100-continue");
    private static final RefusedRequest UNKNOWN_VERSION =
            new RefusedRequest(505, "this server speaks HTTP/1.1 and HTTP/1.0");

    private static final RefusedRequest NO_HOST = new RefusedRequest(400, "a request has exactly one Host field");

    /** Why a decoded head is not acted on, if so. */
    static Optional<RefusedRequest> of(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return Optional.of(of(request.decoderResult().cause()));
        }
        HttpVersion version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1)) {
            return version.equals(HttpVersion.HTTP_1_0) ? Optional.empty() : Optional.of(UNKNOWN_VERSION);
        }
        if (request.headers().getAll(HttpHeaderNames.HOST).size() != 1) {
            return Optional.of(NO_HOST);
        }
        boolean unknown =
                request.headers().contains(HttpHeaderNames.EXPECT) && !HttpUtil.is100ContinueExpected(request);
        return unknown ? Optional.of(UNKNOWN_EXPECTATION) : Optional.empty();
    }

    private static RefusedRequest of(Throwable failure) {
        return switch (failure) {
            case TooLongHttpLineException e -> new RefusedRequest(414, "the request line is longer than allowed");
            case TooLongHttpHeaderException e ->
                new RefusedRequest(431, "the header fields of the request are larger or more than allowed");
            default -> new RefusedRequest(400, "the head of the request is malformed");
        };
    }

    /** The answer as it goes over the wire. */
    ByteBuf encode(ByteBufAllocator allocator, String date) {
        byte[] body = (reason + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] head = WireHead.response(status)
                .field("Content-Type", "text/plain")
                .field("Date", date)
                .field("Connection", "close")
                .contentLength(body.length)
                .end();
        return allocator
                .directBuffer(head.length + body.length)
                .writeBytes(head)
                .writeBytes(body);
    }
}
