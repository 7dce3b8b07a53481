package dev.mangrove.catalog.delta;

import dev.mangrove.catalog.delta.DeltaQueue.Cancelled;
import dev.mangrove.content.BlobStore;
import dev.mangrove.delta.DeltaEncoder;
import dev.mangrove.delta.EncodeOptions;
import dev.mangrove.delta.EncodedDelta;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Encodes one blob of the store, with or without another as its base, into a scratch file. */
final class BlobEncoder {
    private final BlobStore store;
    private final Path scratch;

    BlobEncoder(BlobStore store, Path scratch) {
        this.store = store;
        this.scratch = scratch;
    }

    /** A finished delta; close it to delete its scratch file. */
    record Encoded(EncodedDelta delta, Spool spool) implements AutoCloseable {
        long sizeBytes() {
            return delta.summary().deltaBytes();
        }

        /** The whole delta; the caller closes it. */
        InputStream bytes() throws IOException {
            return new SequenceInputStream(new ByteArrayInputStream(delta.front()), spool.read());
        }

        @Override
        public void close() throws IOException {
            spool.close();
        }
    }

    /**
     * Encodes.
     *
     * @param bases in the order in which the delta is to name them
     * @param limitBytes size above which the delta is not wanted
     * @return empty if it is larger
     * @throws Spool.Stopped if it was cancelled
     */
    Optional<Encoded> encode(List<Digest> bases, Digest target, long limitBytes, Cancelled cancelled)
            throws IOException {
        return StoredBlob.lend(
                store,
                target,
                to -> StoredBlob.lendAll(store, bases, from -> encodeLent(from, to, limitBytes, cancelled)));
    }

    private Optional<Encoded> encodeLent(
            List<ByteSource> bases, ByteSource target, long limitBytes, Cancelled cancelled) throws IOException {
        Spool spool = new Spool(scratch, limitBytes, cancelled);
        boolean kept = false;
        try {
            ByteSource watched = new CancellableSource(target, cancelled);
            EncodedDelta delta = new DeltaEncoder(bases, watched, EncodeOptions.DEFAULT).encode(spool);
            kept = delta.summary().deltaBytes() <= limitBytes;
            return kept ? Optional.of(new Encoded(delta, spool)) : Optional.empty();
        } catch (Spool.LimitReached e) {
            return Optional.empty();
        } finally {
            if (!kept) {
                spool.close();
            }
        }
    }
}
