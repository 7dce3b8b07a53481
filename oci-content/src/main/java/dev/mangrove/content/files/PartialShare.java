package dev.mangrove.content.files;

import dev.mangrove.content.CommitOutcome;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** One share in a {@link Fill}. */
final class PartialShare implements PartialBlob {
    private final Fill fill;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param fill entered for this share */
    PartialShare(Fill fill) {
        this.fill = fill;
    }

    @Override
    public Digest digest() {
        return fill.digest();
    }

    @Override
    public long sizeBytes() {
        return fill.sizeBytes();
    }

    @Override
    public boolean startFill() {
        return fill.startFill();
    }

    @Override
    public boolean isFilling() {
        return fill.isFilling();
    }

    @Override
    public void write(long offset, ByteBuffer bytes) throws IOException {
        fill.write(offset, bytes);
    }

    @Override
    public long firstMissing(long from) {
        return fill.firstMissingVerified(from);
    }

    @Override
    public Optional<ByteRange> nextGap() {
        return fill.nextGap();
    }

    @Override
    public boolean isAwaitedOutside(ByteRange range) {
        return fill.isAwaitedOutside(range);
    }

    @Override
    public long presentBytes() {
        return fill.presentBytes();
    }

    @Override
    public void startOver() throws IOException {
        fill.startOver();
    }

    @Override
    public void prove() throws IOException {
        fill.prove();
    }

    @Override
    public CommitOutcome commit() throws IOException {
        return fill.commit();
    }

    @Override
    public void awaitCommit() throws IOException {
        fill.awaitCommit();
    }

    @Override
    public void stopFill(IOException cause) {
        fill.stopFill(cause);
    }

    @Override
    public void discard(IOException cause) {
        fill.discard(cause);
    }

    @Override
    public PartialRead read(ByteRange range) throws IOException {
        if (range.end() > fill.sizeBytes()) {
            throw new IllegalArgumentException(range + " is not inside a blob of " + fill.sizeBytes() + " bytes");
        }
        if (!fill.enter()) {
            throw new IllegalStateException("the share is closed");
        }
        return new FillRead(fill, range);
    }

    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            fill.leave();
        }
    }
}
