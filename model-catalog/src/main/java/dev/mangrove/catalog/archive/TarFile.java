package dev.mangrove.catalog.archive;

import dev.mangrove.content.SliceInputStream;
import dev.mangrove.distribution.client.UploadSource;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.util.Optional;

/** An uncompressed tar with its table. Safe for any thread; close it. */
final class TarFile implements AutoCloseable {
    private final FileChannel file;
    private final TarTable table;

    private TarFile(FileChannel file, TarTable table) {
        this.file = file;
        this.table = table;
    }

    /** @param taken closed with this, also when the archive is refused */
    static TarFile open(FileChannel taken, ArchiveLimits limits) throws IOException {
        try {
            return new TarFile(taken, TarTable.read(taken, limits));
        } catch (IOException | RuntimeException e) {
            taken.close();
            throw e;
        }
    }

    /** Where a file lies; empty if there is none of that name. */
    Optional<ByteRange> find(String name) {
        return table.find(name);
    }

    InputStream open(ByteRange range) {
        return new SliceInputStream(file, range);
    }

    /** A small file whole. */
    Optional<byte[]> read(String name, int maxBytes) throws IOException {
        Optional<ByteRange> range = find(name);
        if (range.isEmpty()) {
            return Optional.empty();
        }
        if (range.get().length() > maxBytes) {
            throw Refused.because(Refused.shown(name) + " has " + range.get().length() + " bytes; at most " + maxBytes
                    + " are read of such a file");
        }
        try (InputStream in = open(range.get())) {
            return Optional.of(in.readAllBytes());
        }
    }

    /** A file as a blob to upload. */
    UploadSource blob(Digest digest, ByteRange range) {
        return new Blob(this, digest, range);
    }

    private record Blob(TarFile tar, Digest digest, ByteRange range) implements UploadSource {
        @Override
        public long sizeBytes() {
            return range.length();
        }

        @Override
        public InputStream openAt(long offset) {
            return tar.open(new ByteRange(range.offset() + offset, range.length() - offset));
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
