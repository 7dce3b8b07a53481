package dev.mangrove.oci;

/** A stretch of bytes of a blob: {@code length} bytes (possibly none) from {@code offset}. */
public record ByteRange(long offset, long length) {
    public ByteRange {
        if (offset < 0 || length < 0 || offset + length < 0) {
            throw new IllegalArgumentException("not a range: offset " + offset + ", length " + length);
        }
    }

    /** The whole of a blob of that size. */
    public static ByteRange whole(long sizeBytes) {
        return new ByteRange(0, sizeBytes);
    }

    /** First offset after the range. */
    public long end() {
        return offset + length;
    }
}
