package dev.mangrove.http;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The other side is gone or stands still; as opposed to a failure of the source or the target of the bytes. */
final class SocketLostException extends IOException {
    SocketLostException(@Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
