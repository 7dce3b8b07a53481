package dev.mangrove.catalog.delta;

import dev.mangrove.catalog.delta.BlobEncoder.Encoded;
import dev.mangrove.catalog.delta.DeltaQueue.Cancelled;
import dev.mangrove.delta.artifact.BlobDelta;
import dev.mangrove.delta.artifact.BlobPair;
import dev.mangrove.delta.artifact.DeltaReport;
import dev.mangrove.delta.artifact.DeltaReport.TensorCost;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** Makes and stores deltas of single blobs, and remembers what each takes on its own. For one thread. */
final class BlobDeltas {
    /** What the decoder takes at most, beside the cached pages of the base. */
    private static final long APPLY_RAM_BYTES = 16L << 20;

    private final BlobEncoder encoder;
    private final Uploader uploader;
    private final Standalone standalone = new Standalone();

    BlobDeltas(BlobEncoder encoder, Uploader uploader) {
        this.encoder = encoder;
        this.uploader = uploader;
    }

    /** Whether it was found lately what the blob takes on its own. */
    boolean isKnown(Digest blob) {
        return standalone.sizeOf(blob).isPresent();
    }

    /** Size of the blob compressed without a base; its own size if that does not make it smaller. */
    long standaloneBytes(Descriptor blob, Cancelled cancelled) throws IOException {
        Optional<Long> known = standalone.sizeOf(blob.digest());
        if (known.isPresent()) {
            return known.get();
        }
        Optional<Encoded> alone = encoder.encode(Optional.empty(), blob.digest(), blob.sizeBytes(), cancelled);
        long bytes = blob.sizeBytes();
        if (alone.isPresent()) {
            try (Encoded encoded = alone.get()) {
                bytes = encoded.sizeBytes();
            }
        }
        standalone.remember(blob.digest(), bytes);
        return bytes;
    }

    /** Compresses a blob of tensors on its own; other blobs are left to those who pack them. */
    Made.Try standalone(Location repository, Descriptor blob, long limitBytes, Cancelled cancelled) throws IOException {
        Optional<Encoded> encoded = encoder.encode(Optional.empty(), blob.digest(), limitBytes, cancelled);
        Made.Try made = store(repository, Optional.empty(), blob, blob.sizeBytes(), encoded);
        standalone.remember(blob.digest(), made.report().standaloneBytes());
        return made;
    }

    /** Makes the delta of a pair. */
    Made.Try delta(Location repository, BlobPair pair, long standaloneBytes, long limitBytes, Cancelled cancelled)
            throws IOException {
        Optional<Digest> base = Optional.of(pair.base().digest());
        Optional<Encoded> encoded = encoder.encode(base, pair.target().digest(), limitBytes, cancelled);
        return store(repository, base, pair.target(), standaloneBytes, encoded);
    }

    private Made.Try store(
            Location repository, Optional<Digest> base, Descriptor target, long alone, Optional<Encoded> encoded)
            throws IOException {
        if (encoded.isEmpty()) {
            return new Made.Try(report(base, target, alone, Optional.empty(), List.of()), Optional.empty());
        }
        try (Encoded made = encoded.get()) {
            List<TensorCost> tensors = Reports.tensors(made.delta().front(), made.sizeBytes());
            long best = base.isEmpty() ? made.sizeBytes() : alone;
            if (base.isEmpty() && tensors.isEmpty()) {
                return new Made.Try(report(base, target, best, Optional.empty(), tensors), Optional.empty());
            }
            try (InputStream bytes = made.bytes()) {
                BlobDelta delta = new BlobDelta(
                        uploader.blob(repository, bytes),
                        made.sizeBytes(),
                        base,
                        target.digest(),
                        target.sizeBytes(),
                        BlobDelta.CODEC_VERSION,
                        APPLY_RAM_BYTES);
                return new Made.Try(
                        report(base, target, best, Optional.of(delta.sizeBytes()), tensors), Optional.of(delta));
            }
        }
    }

    private static DeltaReport.Pair report(
            Optional<Digest> base, Descriptor target, long alone, Optional<Long> deltaBytes, List<TensorCost> tensors) {
        return new DeltaReport.Pair(
                Reports.pathOf(target),
                base,
                target.digest(),
                target.sizeBytes(),
                alone,
                deltaBytes,
                APPLY_RAM_BYTES,
                tensors);
    }
}
