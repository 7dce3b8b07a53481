package dev.mangrove.delta.codec;

import java.io.IOException;

/** Gives the encoder elements of a base and a target that belong together. */
@FunctionalInterface
public interface PairReader {
    /** Reads {@code count} elements from element {@code first} on into the starts of both arrays. */
    void read(long first, int count, byte[] base, byte[] target) throws IOException;
}
