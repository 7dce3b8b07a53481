package dev.mangrove.http;

import dev.mangrove.oci.ByteRange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;

/** What follows a head. */
public sealed interface Body {
    /** Nothing; Content-Length 0. */
    record Empty() implements Body {}

    /** Only said, not sent: the Content-Length of a HEAD answer. */
    record LengthOnly(long lengthBytes) implements Body {}

    /** Bytes at hand. */
    record Bytes(byte[] bytes) implements Body {}

    /** A slice of an open file, by sendfile where there is no TLS; the file is borrowed until respond or send returns. */
    record FileSlice(FileChannel file, ByteRange range) implements Body {}

    /** A slice of an open file that is still being written; sent as it arrives, as a {@link FileSlice} is. */
    record ArrivingSlice(FileChannel file, ByteRange range, Arrival arrival) implements Body {}

    /** How far a file that is being written may be sent. */
    @FunctionalInterface
    interface Arrival {
        /** Waits for the byte at an offset, and returns an offset behind it, up to which there are bytes. */
        long awaitBeyond(long offset) throws IOException;
    }

    /** Exactly {@code lengthBytes} bytes of a stream, which is borrowed; ending short is a failure. */
    record Stream(InputStream bytes, long lengthBytes) implements Body {}

    /** A body of unknown length, written by a script: chunked. */
    record Chunked(Writer writer) implements Body {}

    /** Writes a body. */
    @FunctionalInterface
    interface Writer {
        void writeTo(OutputStream out) throws IOException;
    }
}
