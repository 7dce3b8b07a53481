package dev.mangrove.http;

import java.net.URI;

/** A request to another server; the URI is absolute, {@code http} or {@code https}. */
public record CallRequest(String method, URI uri, Headers headers, Body body) {
    /** A request without a body. */
    public static CallRequest of(String method, URI uri, Headers headers) {
        return new CallRequest(method, uri, headers, new Body.Empty());
    }
}
