package dev.mangrove.delta;

import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.security.MessageDigest;

/** Hashes sources. */
final class SourceDigest {
    private static final int BUFFER_BYTES = 1 << 20;

    private SourceDigest() {}

    static Digest of(ByteSource source) throws IOException {
        return of(source, ByteRange.whole(source.size()));
    }

    static Digest of(ByteSource source, ByteRange range) throws IOException {
        MessageDigest hash = Algorithm.SHA256.newHash();
        byte[] buffer = new byte[(int) Math.min(BUFFER_BYTES, range.length())];
        for (long at = range.offset(); at < range.end(); at += buffer.length) {
            int part = (int) Math.min(buffer.length, range.end() - at);
            source.read(at, buffer, 0, part);
            hash.update(buffer, 0, part);
        }
        return Digest.ofHash(Algorithm.SHA256, hash);
    }
}
