package dev.mangrove.catalog.delta;

import dev.mangrove.catalog.delta.DeltaQueue.Cancelled;
import dev.mangrove.delta.io.ByteSource;
import java.io.IOException;

/** A source whose reader is stopped when its job is cancelled: an encoder reads its target in every phase. */
record CancellableSource(ByteSource source, Cancelled cancelled) implements ByteSource {
    @Override
    public long size() {
        return source.size();
    }

    @Override
    public void read(long position, byte[] into, int from, int length) throws IOException {
        if (cancelled.isCancelled()) {
            throw new Spool.Stopped();
        }
        source.read(position, into, from, length);
    }
}
