package dev.mangrove.content;

import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.SplittableRandom;

/** Bytes for tests: reproducible from a seed. */
public record TestContent(byte[] bytes, Digest digest) {
    /** Random bytes, the same for the same seed and size. */
    public static TestContent random(long seed, int sizeBytes) {
        byte[] bytes = new byte[sizeBytes];
        new SplittableRandom(seed).nextBytes(bytes);
        return of(bytes);
    }

    public static TestContent of(byte[] bytes) {
        return new TestContent(bytes, Digest.ofBytes(Algorithm.SHA256, bytes));
    }

    public Digest sha512() {
        return Digest.ofBytes(Algorithm.SHA512, bytes);
    }

    /** Puts the bytes into a store in one go. */
    public CommitOutcome into(BlobStore store) throws IOException {
        try (Ingest ingest = store.begin()) {
            ingest.write(ByteBuffer.wrap(bytes));
            return ingest.commit(digest);
        }
    }

    /** All bytes of a blob, or empty if it is not there. */
    public static Optional<byte[]> readFrom(BlobStore store, Digest digest) throws IOException {
        return store.read(digest, Optional.empty(), blob -> blob.asStream().readAllBytes());
    }
}
