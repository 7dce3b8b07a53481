package dev.mangrove.content.files;

import dev.mangrove.content.CommitOutcome;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.Ingest;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A file of {@code uploads/} on its way to become a blob, hashed while it is written. Holds no file descriptor and no
 * hash while nobody writes to an empty one: ten thousand abandoned sessions must cost little. One thread at a time.
 */
final class StagedFile implements Ingest, Candidate {
    static final int BUFFER_BYTES = 256 * 1024;

    private final Disk disk;
    private final Room room;
    private final Shelf shelf;
    private final Path path;
    private final LeafHashes leaves;
    private @Nullable FileChannel file;
    private @Nullable ContentHash hash;
    private long sizeBytes;
    private boolean synced;
    private boolean ended;

    /** @param sizeBytes bytes that an earlier process left in the file; they are counted in the room already */
    StagedFile(Disk disk, Room room, Shelf shelf, Path path, long sizeBytes) {
        this.disk = disk;
        this.room = room;
        this.shelf = shelf;
        this.path = path;
        this.sizeBytes = sizeBytes;
        this.leaves = new LeafHashes(disk, Layout.withSuffix(path, ".leaves"));
    }

    @Override
    public Path path() {
        return path;
    }

    boolean isEnded() {
        return ended;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        requireOpen();
        int length = bytes.remaining();
        try {
            ContentHash hashing = hash();
            FileChannel out = file();
            room.reserve(length);
            sizeBytes += length;
            synced = false;
            disk.write(out, bytes.duplicate(), sizeBytes - length);
            hashing.update(bytes);
        } catch (IOException e) {
            discard(); // a full disk must get its space back, and a half-written file is worth nothing
            throw e;
        }
    }

    @Override
    public CommitOutcome commit(Digest expected) throws IOException {
        requireOpen();
        try {
            Digest actual = hash().end();
            if (expected.algorithm() != Algorithm.SHA256) {
                actual = rehash(expected.algorithm());
            }
            if (!actual.equals(expected)) {
                throw new ContentException.Corrupt(
                        expected, "the " + sizeBytes + " bytes received are " + actual + ", not " + expected);
            }
            return shelf.commit(this, expected);
        } finally {
            discard();
        }
    }

    @Override
    public void force() throws IOException {
        if (!synced) {
            disk.force(file());
            synced = true;
        }
    }

    @Override
    public void writeRecipe(Path target, Digest blob) throws IOException {
        leaves.writeRecipe(target, blob, sizeBytes);
    }

    @Override
    public void moved() throws IOException {
        ended = true;
        closeFile();
        leaves.close();
    }

    /** Throws the bytes away, unless they became a blob. */
    void discard() throws IOException {
        if (ended) {
            return;
        }
        ended = true;
        closeFile();
        room.release(sizeBytes);
        leaves.close();
        disk.delete(path);
    }

    /** Discards: an anonymous ingest is worth nothing without a commit. */
    @Override
    public void close() throws IOException {
        discard();
    }

    /** Closes the file and keeps bytes and hash for the next writer. */
    void suspend() throws IOException {
        closeFile();
    }

    private void closeFile() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }

    private void requireOpen() {
        if (ended) {
            throw new IllegalStateException("the ingest was committed or discarded");
        }
    }

    private FileChannel file() throws IOException {
        if (file == null) {
            file = disk.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        }
        return file;
    }

    /** The running hash; of bytes that an earlier process received it is made again by reading them. */
    private ContentHash hash() throws IOException {
        if (hash == null) {
            ContentHash fresh = new ContentHash(leaves);
            readAll(fresh::update);
            hash = fresh;
        }
        return hash;
    }

    private Digest rehash(Algorithm algorithm) throws IOException {
        MessageDigest other = algorithm.newHash();
        readAll(other::update);
        return Digest.ofHash(algorithm, other);
    }

    private void readAll(Sink sink) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, sizeBytes));
        for (long at = 0; at < sizeBytes; at += buffer.limit()) {
            if (file().read(buffer.clear(), at) < 0) {
                throw new IOException("an upload became shorter than it was");
            }
            sink.take(buffer.flip());
        }
    }

    @FunctionalInterface
    private interface Sink {
        void take(ByteBuffer bytes) throws IOException;
    }
}
