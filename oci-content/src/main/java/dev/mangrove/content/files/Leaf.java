package dev.mangrove.content.files;

import dev.mangrove.oci.ByteRange;

/** The arithmetic of leaves, the fixed pieces of a blob that are hashed one by one (format {@code mrc1}). */
public final class Leaf {
    /** Bytes of every leaf but the last: eight seconds at 64 kbit/s, and the most a bad peer can waste. */
    public static final int SIZE_BYTES = 64 * 1024;

    private Leaf() {}

    /** Leaves of a blob of that size; an empty blob has none. */
    public static long count(long sizeBytes) {
        return sizeBytes / SIZE_BYTES + (sizeBytes % SIZE_BYTES == 0 ? 0 : 1);
    }

    /** The leaf that holds the byte at that offset. */
    public static long of(long offset) {
        return offset / SIZE_BYTES;
    }

    /** The bytes of one leaf of a blob of that size. */
    public static ByteRange range(long leaf, long sizeBytes) {
        long offset = leaf * SIZE_BYTES;
        return new ByteRange(offset, Math.min(SIZE_BYTES, sizeBytes - offset));
    }
}
