package dev.mangrove.content.files;

import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.BitSet;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The two files of a partial blob, and the hashes of what is in them. One thread at a time writes; any thread reads by
 * position what was written before.
 */
final class PartialFile implements Candidate {
    /** Most bytes of earlier, out-of-order writes that one write hashes: bounds how long it takes. */
    private static final long CATCH_UP_BYTES = 4L * 1024 * 1024;

    private final Disk disk;
    private final Layout layout;
    private final Digest digest;
    private final long sizeBytes;
    private final FileChannel data;
    private final LeafMap map;
    private final MessageDigest whole;
    private long wholeUntil;
    private @Nullable Digest actual;
    private boolean synced;
    private final MessageDigest leaf = Algorithm.SHA256.newHash();
    private long leafFrom;
    private long leafUntil;

    PartialFile(Disk disk, Layout layout, Digest digest, long sizeBytes) throws IOException {
        this.disk = disk;
        this.layout = layout;
        this.digest = digest;
        this.sizeBytes = sizeBytes;
        this.whole = digest.algorithm().newHash();
        this.data = disk.open(
                layout.partialData(digest),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try {
            this.map = new LeafMap(disk, layout.partialMap(digest), sizeBytes);
        } catch (IOException e) {
            data.close();
            throw e;
        }
    }

    FileChannel data() {
        return data;
    }

    /** The leaves that an earlier process says it had. */
    BitSet claims() throws IOException {
        return map.claims();
    }

    /** Whether a claimed leaf can be read and is what it was when it was claimed. */
    boolean verify(long index) {
        ByteRange range = Leaf.range(index, sizeBytes);
        ByteBuffer bytes = ByteBuffer.allocate((int) range.length());
        try {
            return read(bytes, range.offset()) && map.matches(index, bytes.flip());
        } catch (IOException e) {
            return false; // what cannot be read is fetched again
        }
    }

    /** Writes bytes; borrowed, read to the limit. Each leaf of them is hashed next. */
    void write(long offset, ByteBuffer bytes) throws IOException {
        synced = false;
        if (offset < wholeUntil) { // what was hashed did not stay
            whole.reset();
            wholeUntil = 0;
        }
        disk.write(data, bytes.duplicate(), offset);
        if (wholeUntil == offset) {
            wholeUntil += bytes.remaining();
            whole.update(bytes);
        }
        bytes.position(bytes.limit());
    }

    /** Bytes inside one leaf that were written; of what comes in order nothing needs to be read again. */
    void hashInsideLeaf(long offset, ByteBuffer bytes) {
        if (offset % Leaf.SIZE_BYTES == 0) {
            leaf.reset();
            leafFrom = offset;
            leafUntil = offset;
        }
        if (leafUntil == offset) {
            leafUntil += bytes.remaining();
            leaf.update(bytes);
        }
    }

    /** Forgets what was written: the digest begins anew, and no leaf is claimed after a restart. */
    void startOver() throws IOException {
        whole.reset();
        wholeUntil = 0;
        actual = null;
        leafFrom = -1;
        leafUntil = -1;
        map.clear();
    }

    /** The leaf is whole: its hash goes to the map. */
    void endLeaf(long index) throws IOException {
        ByteRange range = Leaf.range(index, sizeBytes);
        if (leafFrom != range.offset() || leafUntil != range.end()) { // it came in pieces out of order
            ByteBuffer bytes = ByteBuffer.allocate((int) range.length());
            if (!read(bytes, range.offset())) {
                throw new IOException("a partial blob became shorter than it was");
            }
            leaf.reset();
            leaf.update(bytes.flip());
        }
        leafFrom = -1;
        map.put(index, leaf.digest());
    }

    /** A process that is killed from now on leaves all leaves to the next. */
    void flushLeaves() throws IOException {
        map.flush();
    }

    /** Hashes some of what was written ahead of the contiguous prefix. */
    void catchUp(LongUnaryOperator presentUntil) throws IOException {
        long until = presentUntil.applyAsLong(wholeUntil);
        hashWhole(Math.min(until, wholeUntil + CATCH_UP_BYTES));
    }

    /** The digest of everything; all bytes are there. Asked again it says the same. */
    Digest digest() throws IOException {
        if (actual == null) {
            hashWhole(sizeBytes);
            actual = Digest.ofHash(digest.algorithm(), whole);
        }
        return actual;
    }

    private void hashWhole(long until) throws IOException {
        if (until <= wholeUntil) {
            return;
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(StagedFile.BUFFER_BYTES, until - wholeUntil));
        while (wholeUntil < until) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), until - wholeUntil));
            if (!read(buffer, wholeUntil)) {
                throw new IOException("a partial blob became shorter than it was");
            }
            wholeUntil += buffer.flip().remaining();
            whole.update(buffer);
        }
    }

    /** Fills the buffer from a position; false if the file ends before. */
    private boolean read(ByteBuffer into, long position) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int got = data.read(into, at);
            if (got < 0) {
                return false;
            }
            at += got;
        }
        return true;
    }

    @Override
    public Path path() {
        return layout.partialData(digest);
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void force() throws IOException {
        if (!synced) {
            disk.force(data);
            synced = true;
        }
    }

    @Override
    public void writeRecipe(Path target, Digest blob) throws IOException {
        LeafHashes leaves = new LeafHashes(disk, Layout.withSuffix(layout.partialMap(digest), ".leaves"));
        try {
            map.addTo(leaves);
            leaves.writeRecipe(target, blob, sizeBytes);
        } finally {
            leaves.close();
        }
    }

    /** The data is a blob now and has another name. */
    @Override
    public void moved() throws IOException {
        map.delete();
    }

    /** Deletes both files; those who read go on with the open one. */
    void delete() throws IOException {
        disk.delete(layout.partialData(digest));
        map.delete();
    }

    void close() throws IOException {
        map.close();
        data.close();
    }
}
