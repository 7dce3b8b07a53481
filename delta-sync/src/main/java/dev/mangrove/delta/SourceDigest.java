package dev.mangrove.delta;

import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.security.MessageDigest;

/** Hashes whole sources. */
final class SourceDigest {
    private static final int BUFFER_BYTES = 1 << 20;

    private SourceDigest() {}

    static Digest of(ByteSource source) throws IOException {
        MessageDigest hash = Algorithm.SHA256.newHash();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (long at = 0; at < source.size(); at += buffer.length) {
            int part = (int) Math.min(buffer.length, source.size() - at);
            source.read(at, buffer, 0, part);
            hash.update(buffer, 0, part);
        }
        return Digest.ofHash(Algorithm.SHA256, hash);
    }
}
