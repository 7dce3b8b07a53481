package dev.mangrove.delta.format;

import java.io.IOException;

/** Bytes that are not a delta, or a damaged one. Nothing of the damaged segment was given to the sink. */
public final class MalformedDeltaException extends IOException {
    private final long offset;

    /** An error at a byte of the delta, or of the block named in the message. */
    public MalformedDeltaException(String what, long offset) {
        super(what + " (at byte " + offset + ")");
        this.offset = offset;
    }

    /** Offset of the first wrong byte. */
    public long offset() {
        return offset;
    }
}
