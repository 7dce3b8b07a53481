package dev.mangrove.http;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The connection failed while something was sent; as opposed to the source of what was sent. */
final class SocketLostException extends IOException {
    SocketLostException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
