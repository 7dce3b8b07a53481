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
import java.util.stream.Stream;

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

    /** Whether it was found lately, for that repository, what the blob takes on its own. */
    boolean isKnown(Location repository, Digest blob) {
        return standalone.sizeOf(repository, blob).isPresent();
    }

    /** Size of the blob compressed without a base; its own size if that does not make it smaller. */
    long standaloneBytes(Location repository, Descriptor blob, Cancelled cancelled) throws IOException {
        Optional<Long> known = standalone.sizeOf(repository, blob.digest());
        if (known.isPresent()) {
            return known.get();
        }
        Optional<Encoded> alone = encoder.encode(List.of(), blob.digest(), blob.sizeBytes(), cancelled);
        long bytes = blob.sizeBytes();
        if (alone.isPresent()) {
            try (Encoded encoded = alone.get()) {
                bytes = encoded.sizeBytes();
            }
        }
        standalone.remember(repository, blob.digest(), bytes);
        return bytes;
    }

    /** Compresses a blob of tensors on its own; other blobs are left to those who pack them. */
    Made.Try standalone(Location repository, Descriptor blob, long limitBytes, Cancelled cancelled) throws IOException {
        Optional<Encoded> encoded = encoder.encode(List.of(), blob.digest(), limitBytes, cancelled);
        Made.Try made = store(repository, Bases.NONE, blob, blob.sizeBytes(), encoded);
        standalone.remember(repository, blob.digest(), made.report().standaloneBytes());
        return made;
    }

    /**
     * Makes the delta of a pair.
     *
     * @param adapters that may explain the change; they are named by the delta if that makes fewer bytes of both together
     */
    Made.Try delta(
            Location repository,
            BlobPair pair,
            List<BlobDelta.Adapter> adapters,
            long standaloneBytes,
            long limitBytes,
            Cancelled cancelled)
            throws IOException {
        Bases plain = new Bases(Optional.of(pair.base().digest()), List.of());
        Descriptor target = pair.target();
        Bases adapted = new Bases(plain.from(), adapters);
        try (Attempt explained = attempt(adapted, target, limitBytes - adapted.adapterBytes(), cancelled)) {
            long left = explained.wireBytes().map(bytes -> bytes - 1).orElse(limitBytes);
            Optional<Encoded> encoded = encoder.encode(plain.digests(), target.digest(), left, cancelled);
            return encoded.isPresent() || explained.encoded().isEmpty()
                    ? store(repository, plain, target, standaloneBytes, encoded)
                    : store(repository, adapted, target, standaloneBytes, explained.encoded());
        }
    }

    /** What a delta starts from. */
    private record Bases(Optional<Digest> from, List<BlobDelta.Adapter> adapters) {
        static final Bases NONE = new Bases(Optional.empty(), List.of());

        long adapterBytes() {
            return adapters.stream().mapToLong(BlobDelta.Adapter::sizeBytes).sum();
        }

        List<Digest> digests() {
            return Stream.concat(from.stream(), adapters.stream().map(BlobDelta.Adapter::blob))
                    .toList();
        }
    }

    /** A delta with adapters, if it makes use of them. */
    private record Attempt(Bases bases, Optional<Encoded> encoded) implements AutoCloseable {
        Optional<Long> wireBytes() {
            return encoded.map(made -> made.sizeBytes() + bases.adapterBytes());
        }

        @Override
        public void close() throws IOException {
            if (encoded.isPresent()) {
                encoded.get().close();
            }
        }
    }

    private Attempt attempt(Bases bases, Descriptor target, long limitBytes, Cancelled cancelled) throws IOException {
        if (bases.adapters().isEmpty() || limitBytes <= 0) {
            return new Attempt(bases, Optional.empty());
        }
        return new Attempt(bases, encoder.encode(bases.digests(), target.digest(), limitBytes, cancelled));
    }

    private Made.Try store(Location repository, Bases bases, Descriptor target, long alone, Optional<Encoded> encoded)
            throws IOException {
        Optional<Digest> base = bases.from();
        if (encoded.isEmpty()) {
            return new Made.Try(report(bases, target, alone, Optional.empty(), List.of()), Optional.empty());
        }
        try (Encoded made = encoded.get()) {
            List<TensorCost> tensors = Reports.tensors(made.delta().front(), made.sizeBytes());
            long best = base.isEmpty() ? made.sizeBytes() : alone;
            if (base.isEmpty() && tensors.isEmpty()) {
                return new Made.Try(report(bases, target, best, Optional.empty(), tensors), Optional.empty());
            }
            try (InputStream bytes = made.bytes()) {
                BlobDelta delta = new BlobDelta(
                        uploader.blob(repository, bytes),
                        made.sizeBytes(),
                        base,
                        bases.adapters(),
                        target.digest(),
                        target.sizeBytes(),
                        BlobDelta.CODEC_VERSION,
                        APPLY_RAM_BYTES);
                return new Made.Try(
                        report(bases, target, best, Optional.of(delta.sizeBytes()), tensors), Optional.of(delta));
            }
        }
    }

    private static DeltaReport.Pair report(
            Bases bases, Descriptor target, long alone, Optional<Long> deltaBytes, List<TensorCost> tensors) {
        return new DeltaReport.Pair(
                Reports.pathOf(target),
                bases.from(),
                target.digest(),
                target.sizeBytes(),
                alone,
                deltaBytes,
                deltaBytes.isPresent() ? bases.adapterBytes() : 0,
                APPLY_RAM_BYTES,
                tensors);
    }
}
