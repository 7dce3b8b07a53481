package dev.mangrove.oci;

/** Bytes from outside that do not have the shape they claim; says where. */
public final class MalformedContentException extends IllegalArgumentException {
    private final long offset;

    /**
     * @param offset byte offset of the first wrong byte, or -1 if it is the whole
     */
    public MalformedContentException(String what, long offset) {
        super(offset < 0 ? what : what + " (at byte " + offset + ")");
        this.offset = offset;
    }

    /** Byte offset of the first wrong byte, or -1. */
    public long offset() {
        return offset;
    }
}
