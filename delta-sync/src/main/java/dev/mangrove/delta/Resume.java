package dev.mangrove.delta;

import dev.mangrove.delta.format.Checksum;
import dev.mangrove.delta.format.DeltaFront;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.oci.Algorithm;
import java.io.IOException;
import java.security.MessageDigest;

/**
 * Where to go on after an interruption. The unfinished target is its own journal: the front block has a check for every
 * segment, so what is on disk is believed only as far as it checks, and nothing has to be synced on the way.
 *
 * @param segments finished segments
 * @param hash state of the target's digest after them; used up by the decoder
 */
public record Resume(int segments, MessageDigest hash) {
    /** Nothing is there yet. */
    public static Resume fromStart() {
        return new Resume(0, Algorithm.SHA256.newHash());
    }

    /**
     * Reads an unfinished target up to the first segment that is missing or wrong.
     *
     * @param partial the target's first bytes; may end anywhere
     */
    public static Resume verify(DeltaFront front, ByteSource partial) throws IOException {
        MessageDigest hash = Algorithm.SHA256.newHash();
        byte[] buffer = new byte[front.segmentBytes()];
        int segment = 0;
        for (long at = 0; at < Math.min(front.targetSize(), partial.size()); segment++) {
            int length = (int) Math.min(buffer.length, front.targetSize() - at);
            if (at + length > partial.size()) {
                break;
            }
            partial.read(at, buffer, 0, length);
            if (Checksum.crc32c(buffer, length) != front.segments().targetCheck(segment)) {
                break;
            }
            hash.update(buffer, 0, length);
            at += length;
        }
        return new Resume(segment, hash);
    }
}
