package dev.mangrove.content.files;

import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** Hashes a blob as it streams by: the whole, and every leaf. One thread at a time. */
final class ContentHash {
    private final MessageDigest whole = Algorithm.SHA256.newHash();
    private final MessageDigest leaf = Algorithm.SHA256.newHash();
    private final LeafHashes leaves;
    private long sizeBytes;

    ContentHash(LeafHashes leaves) {
        this.leaves = leaves;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /** Takes the next bytes; borrowed, read to the limit. */
    void update(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int room = Leaf.SIZE_BYTES - (int) (sizeBytes % Leaf.SIZE_BYTES);
            ByteBuffer slice = bytes.slice(bytes.position(), Math.min(room, bytes.remaining()));
            bytes.position(bytes.position() + slice.remaining());
            take(slice);
        }
    }

    /** The first leaf is a prefix of the whole, so it is not hashed twice: small blobs pay for one hash. */
    private void take(ByteBuffer slice) throws IOException {
        boolean first = sizeBytes < Leaf.SIZE_BYTES;
        sizeBytes += slice.remaining();
        if (!first) {
            leaf.update(slice.duplicate());
        }
        whole.update(slice);
        if (sizeBytes % Leaf.SIZE_BYTES == 0) {
            leaves.add(first ? prefixHash() : leaf.digest());
        }
    }

    private byte[] prefixHash() {
        try {
            return ((MessageDigest) whole.clone()).digest();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the hash of this JDK cannot be copied", e);
        }
    }

    /** Ends the hash: the digest of all bytes. The last leaf is added if there is a recipe to be made. */
    Digest end() throws IOException {
        if (sizeBytes > Leaf.SIZE_BYTES && sizeBytes % Leaf.SIZE_BYTES != 0) {
            leaves.add(leaf.digest());
        }
        return Digest.ofHash(Algorithm.SHA256, whole);
    }
}
