package dev.mangrove.content.files;

import dev.mangrove.content.CommitOutcome;
import dev.mangrove.content.ContentException;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** What somebody gets who asked for a partial just after the blob was committed: nothing to fill, all to read. */
final class StoredPartial implements PartialBlob {
    private final Digest digest;
    private final Shelf shelf;
    private final OpenFiles.OpenFile file;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param file borrowed for this share */
    StoredPartial(Digest digest, Shelf shelf, OpenFiles.OpenFile file) {
        this.digest = digest;
        this.shelf = shelf;
        this.file = file;
    }

    @Override
    public Digest digest() {
        return digest;
    }

    @Override
    public long sizeBytes() {
        return file.sizeBytes;
    }

    @Override
    public boolean startFill() {
        return false;
    }

    @Override
    public boolean isFilling() {
        return false;
    }

    @Override
    public void write(long offset, ByteBuffer bytes) {
        throw new IllegalStateException("the blob is complete: nothing may be written any more");
    }

    @Override
    public long firstMissing(long from) {
        return file.sizeBytes;
    }

    @Override
    public Optional<ByteRange> nextGap() {
        return Optional.empty();
    }

    @Override
    public boolean isAwaitedOutside(ByteRange range) {
        return false;
    }

    @Override
    public long presentBytes() {
        return file.sizeBytes;
    }

    @Override
    public void startOver() {
        throw new IllegalStateException("the blob is complete: nothing is forgotten any more");
    }

    @Override
    public void prove() {
        // it was, before it was committed
    }

    @Override
    public CommitOutcome commit() {
        return CommitOutcome.ALREADY_PRESENT;
    }

    @Override
    public void awaitCommit() {
        // it is in the store
    }

    @Override
    public void stopFill(IOException cause) {
        // nobody fills
    }

    @Override
    public void abandon(IOException cause) {
        // nobody fills
    }

    @Override
    public void discard(IOException cause) {
        // the digest of what is in the store was checked
    }

    @Override
    public PartialRead read(ByteRange range) throws IOException {
        if (range.end() > file.sizeBytes) {
            throw new IllegalArgumentException(range + " is not inside a blob of " + file.sizeBytes + " bytes");
        }
        OpenFiles.OpenFile own = shelf.borrow(digest)
                .orElseThrow(() -> new ContentException.Unavailable(
                        digest + " was removed from the store this moment: ask again", null));
        return new StoredRead(own, range);
    }

    /** All bytes are there. */
    private final class StoredRead implements PartialRead {
        private final OpenFiles.OpenFile own;
        private final ByteRange range;
        private final AtomicBoolean given = new AtomicBoolean();

        StoredRead(OpenFiles.OpenFile own, ByteRange range) {
            this.own = own;
            this.range = range;
        }

        @Override
        public ByteRange range() {
            return range;
        }

        @Override
        public FileChannel file() {
            return own.channel;
        }

        @Override
        public long awaitBeyond(long offset) {
            return range.end();
        }

        @Override
        public void close() throws IOException {
            if (given.compareAndSet(false, true)) {
                shelf.giveBack(own);
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            shelf.giveBack(file);
        }
    }
}
