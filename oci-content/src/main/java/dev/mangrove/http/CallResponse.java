package dev.mangrove.http;

import java.io.IOException;
import java.io.InputStream;

/** The answer of another server. Used by one thread. */
public interface CallResponse extends AutoCloseable {
    int status();

    Headers headers();

    /** The body as it arrives; ends with an {@code IOException} if the connection breaks before Content-Length. */
    InputStream body();

    /** Breaks the connection, from any thread: whoever reads the body fails, and closes this. */
    void cut();

    @Override
    void close() throws IOException;
}
