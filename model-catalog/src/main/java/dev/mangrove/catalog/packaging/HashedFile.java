package dev.mangrove.catalog.packaging;

import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.cli.Progress;
import dev.mangrove.distribution.client.UploadSource;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/** A file of a model and the digest of its bytes. */
record HashedFile(ModelFile file, Digest digest) implements UploadSource {
    private static final int BUFFER_BYTES = 1024 * 1024;

    /** Reads a file once to name it. */
    static HashedFile of(ModelFile file, Progress progress) throws IOException {
        Progress.Item item = progress.start(file.path(), "", file.sizeBytes());
        MessageDigest hash = Algorithm.SHA256.newHash();
        byte[] buffer = new byte[Math.clamp(file.sizeBytes(), 1, BUFFER_BYTES)];
        long readBytes = 0;
        try (InputStream in = Files.newInputStream(file.source())) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                hash.update(buffer, 0, n);
                readBytes += n;
                item.advance(n);
            }
        }
        if (readBytes != file.sizeBytes()) {
            throw new Failure(
                    ExitCode.ERROR,
                    file.source() + " changed while it was read: " + file.sizeBytes() + " bytes became " + readBytes,
                    "publish again when nobody writes to it");
        }
        item.done("");
        return new HashedFile(file, Digest.of(Algorithm.SHA256, hash.digest()));
    }

    @Override
    public long sizeBytes() {
        return file.sizeBytes();
    }

    @Override
    public InputStream openAt(long offset) throws IOException {
        FileChannel opened = FileChannel.open(file.source(), StandardOpenOption.READ);
        return Channels.newInputStream(opened.position(offset));
    }
}
