package dev.mangrove.content.files;

import dev.mangrove.content.CommitOutcome;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** One share in a {@link SharedPartial}. */
final class PartialShare implements PartialBlob {
    private final SharedPartial partial;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param partial entered for this share */
    PartialShare(SharedPartial partial) {
        this.partial = partial;
    }

    @Override
    public Digest digest() {
        return partial.digest();
    }

    @Override
    public long sizeBytes() {
        return partial.sizeBytes();
    }

    @Override
    public boolean startFill() {
        return partial.state().startFill();
    }

    @Override
    public boolean isFilling() {
        return partial.state().isFilling();
    }

    @Override
    public void write(long offset, ByteBuffer bytes) throws IOException {
        partial.write(offset, bytes);
    }

    @Override
    public long firstMissing(long from) {
        return partial.firstMissing(from);
    }

    @Override
    public Optional<ByteRange> nextGap() {
        return partial.nextGap();
    }

    @Override
    public boolean isAwaitedOutside(ByteRange range) {
        return partial.state().isAwaitedOutside(range);
    }

    @Override
    public long presentBytes() {
        return partial.state().presentBytes();
    }

    @Override
    public void startOver() throws IOException {
        partial.startOver();
    }

    @Override
    public void prove() throws IOException {
        partial.prove();
    }

    @Override
    public CommitOutcome commit() throws IOException {
        return partial.commit();
    }

    @Override
    public void awaitCommit() throws IOException {
        partial.state().awaitCommit();
    }

    @Override
    public void stopFill(IOException cause) {
        partial.state().stopFill(cause);
    }

    @Override
    public void abandon(IOException cause) {
        partial.abandon(cause);
    }

    @Override
    public void discard(IOException cause) {
        partial.discard(cause);
    }

    @Override
    public PartialRead read(ByteRange range) throws IOException {
        if (range.end() > partial.sizeBytes()) {
            throw new IllegalArgumentException(range + " is not inside a blob of " + partial.sizeBytes() + " bytes");
        }
        if (!partial.enter()) {
            throw new IllegalStateException("the share is closed");
        }
        return new ArrivingRead(partial, range);
    }

    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            partial.leave();
        }
    }
}
