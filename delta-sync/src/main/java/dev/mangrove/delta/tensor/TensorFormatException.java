package dev.mangrove.delta.tensor;

import java.io.IOException;

/** A file of weights that is not what its first bytes promise. */
public final class TensorFormatException extends IOException {
    private final long offset;

    /** An error at a byte of the file. */
    public TensorFormatException(String what, long offset) {
        super(what + " (at byte " + offset + ")");
        this.offset = offset;
    }

    /** Offset of the first wrong byte. */
    public long offset() {
        return offset;
    }
}
