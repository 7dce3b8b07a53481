package dev.mangrove.catalog.packaging;

import dev.mangrove.distribution.client.UploadSource;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** A blob that is at hand, for example a config. */
record SmallBlob(Digest digest, byte[] bytes) implements UploadSource {
    static SmallBlob of(byte[] bytes) {
        return new SmallBlob(Digest.ofBytes(Algorithm.SHA256, bytes), bytes);
    }

    @Override
    public long sizeBytes() {
        return bytes.length;
    }

    @Override
    public InputStream openAt(long offset) {
        return new ByteArrayInputStream(bytes, Math.toIntExact(offset), bytes.length - Math.toIntExact(offset));
    }
}
