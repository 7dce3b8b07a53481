package dev.mangrove.http;

import java.io.IOException;

/** All connections to a server stayed in use for too long: this says nothing about the server. */
public final class NoFreeConnectionException extends IOException {
    public NoFreeConnectionException(String message) {
        super(message);
    }
}
