package dev.mangrove.delta.io;

import java.io.IOException;
import java.io.OutputStream;

/** Takes bytes strictly in order. */
@FunctionalInterface
public interface ByteSink {
    /** Takes the next bytes; the array belongs to the caller again when this returns. */
    void write(byte[] bytes, int from, int length) throws IOException;

    /** A sink into a stream. */
    static ByteSink of(OutputStream out) {
        return out::write;
    }
}
