package dev.mangrove.delta.format;

import java.util.zip.CRC32C;

/** Quick checks that find accidents; what is trusted is only the target's digest. */
public final class Checksum {
    private Checksum() {}

    /** CRC-32C (Castagnoli) of the first bytes of an array. */
    public static int crc32c(byte[] bytes, int length) {
        CRC32C check = new CRC32C();
        check.update(bytes, 0, length);
        return (int) check.getValue();
    }
}
