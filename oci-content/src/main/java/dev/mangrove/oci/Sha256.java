package dev.mangrove.oci;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * A sha256 digest as four big-endian longs: a map key without garbage, and 32 bytes on disk and on the wire.
 */
public record Sha256(long w0, long w1, long w2, long w3) implements Digest {
    static Sha256 of(byte[] hash) {
        if (hash.length != 32) {
            throw new IllegalArgumentException("a sha256 has 32 bytes, not " + hash.length);
        }
        ByteBuffer b = ByteBuffer.wrap(hash);
        return new Sha256(b.getLong(), b.getLong(), b.getLong(), b.getLong());
    }

    @Override
    public Algorithm algorithm() {
        return Algorithm.SHA256;
    }

    @Override
    public byte[] bytes() {
        return ByteBuffer.allocate(32)
                .putLong(w0)
                .putLong(w1)
                .putLong(w2)
                .putLong(w3)
                .array();
    }

    @Override
    public String hex() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(w0) + hex.toHexDigits(w1) + hex.toHexDigits(w2) + hex.toHexDigits(w3);
    }

    @Override
    public String toString() {
        return "sha256:" + hex();
    }
}
