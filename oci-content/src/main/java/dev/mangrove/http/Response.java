package dev.mangrove.http;

import java.nio.charset.StandardCharsets;

/** An answer: status, headers (without Content-Length, which follows from the body) and body. */
public record Response(int status, Headers headers, Body body) {
    /** An answer without a body. */
    public static Response empty(int status, Headers headers) {
        return new Response(status, headers, new Body.Empty());
    }

    /** A short text. */
    public static Response text(int status, String contentType, String text) {
        return new Response(
                status, Headers.of("Content-Type", contentType), new Body.Bytes(text.getBytes(StandardCharsets.UTF_8)));
    }
}
