package dev.mangrove.catalog.delta;

import dev.mangrove.catalog.delta.DeltaEvents.Outcome;
import dev.mangrove.catalog.delta.DeltaQueue.Cancelled;
import dev.mangrove.content.Caller;
import dev.mangrove.delta.artifact.BlobDelta;
import dev.mangrove.delta.artifact.BlobPair;
import dev.mangrove.delta.artifact.DeltaArtifact;
import dev.mangrove.delta.artifact.DeltaNames;
import dev.mangrove.delta.artifact.DeltaReport;
import dev.mangrove.delta.artifact.DeltaReport.TensorCost;
import dev.mangrove.distribution.Registry;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes the deltas of one job and attaches them to their target. A delta is kept only if it saves enough over the target
 * compressed on its own; where it does not, an artifact without layers says so, and nobody tries again.
 */
final class DeltaMaker {
    /** A delta must be at most that share of the target compressed without a base. */
    private static final double MAX_SHARE_OF_STANDALONE = 0.85;

    /** A target compressed without a base must be at most that share of the target. */
    private static final double MAX_SHARE_OF_RAW = 0.90;

    /** What the decoder takes at most, beside the cached pages of the base. */
    private static final long APPLY_RAM_BYTES = 16L << 20;

    private final Registry registry;
    private final Images images;
    private final BlobEncoder encoder;
    private final Uploader uploader;
    private final DeltaBudget budget;
    private final DeltaEvents events;
    private final Standalone standalone = new Standalone();

    DeltaMaker(Registry registry, BlobEncoder encoder, Uploader uploader, DeltaBudget budget, DeltaEvents events) {
        this.registry = registry;
        this.images = new Images(registry);
        this.encoder = encoder;
        this.uploader = uploader;
        this.budget = budget;
        this.events = events;
    }

    /** Does a job; the work of {@link DeltaQueue}. */
    Outcome run(Job job, Cancelled cancelled) throws IOException {
        Outcome result = Outcome.NOTHING;
        try {
            for (Images.Pair pair : images.pairs(job.repository(), job.base(), job.target())) {
                Task task = new Task(job.repository(), pair, cancelled);
                for (Outcome outcome : List.of(task.withoutBase(), task.fromBase())) {
                    result = outcome.compareTo(result) < 0 || result == Outcome.NOTHING ? outcome : result;
                }
            }
            return result;
        } catch (Spool.Stopped e) {
            return Outcome.CANCELLED;
        }
    }

    /** One image of a job. */
    private final class Task {
        private final Location repository;
        private final Images.Pair pair;
        private final Cancelled cancelled;
        private final List<DeltaReport.Pair> tried = new ArrayList<>();
        private final List<BlobDelta> kept = new ArrayList<>();

        Task(Location repository, Images.Pair pair, Cancelled cancelled) {
            this.repository = repository;
            this.pair = pair;
            this.cancelled = cancelled;
        }

        /** The target compressed on its own, for those who hold no base; of models only. */
        Outcome withoutBase() throws IOException {
            if (!Images.isModelArtifact(pair.image()) || exists(Optional.empty())) {
                return Outcome.NOTHING;
            }
            for (Descriptor blob : pair.image().layers()) {
                if (BlobPair.isWorthwhile(blob)
                        && standalone.sizeOf(blob.digest()).isEmpty()) {
                    long limit = (long) (blob.sizeBytes() * MAX_SHARE_OF_RAW);
                    Optional<BlobDelta> made = make(Optional.empty(), blob, blob.sizeBytes(), limit);
                    standalone.remember(
                            blob.digest(), made.map(BlobDelta::sizeBytes).orElse(blob.sizeBytes()));
                }
            }
            return kept.isEmpty() ? Outcome.NOTHING : attach(Optional.empty());
        }

        Outcome fromBase() throws IOException {
            List<BlobPair> blobs = pair.blobs();
            Optional<Digest> base = pair.base().map(ManifestContent::digest);
            if (blobs.isEmpty() || exists(base)) {
                return Outcome.NOTHING;
            }
            for (BlobPair blob : blobs) {
                long alone = standaloneBytes(blob.target());
                long limit = (long) (alone * MAX_SHARE_OF_STANDALONE);
                make(Optional.of(blob.base().digest()), blob.target(), alone, limit);
            }
            return attach(base);
        }

        private long standaloneBytes(Descriptor blob) throws IOException {
            Optional<Long> known = standalone.sizeOf(blob.digest());
            if (known.isPresent()) {
                return known.get();
            }
            Optional<BlobEncoder.Encoded> alone =
                    encoder.encode(Optional.empty(), blob.digest(), blob.sizeBytes(), cancelled);
            try {
                long bytes = alone.map(BlobEncoder.Encoded::sizeBytes).orElse(blob.sizeBytes());
                standalone.remember(blob.digest(), bytes);
                return bytes;
            } finally {
                if (alone.isPresent()) {
                    alone.get().close();
                }
            }
        }

        private Optional<BlobDelta> make(Optional<Digest> base, Descriptor target, long alone, long limit)
                throws IOException {
            Optional<BlobEncoder.Encoded> encoded = encoder.encode(base, target.digest(), limit, cancelled);
            Optional<BlobDelta> delta = Optional.empty();
            List<TensorCost> tensors = List.of();
            if (encoded.isPresent()) {
                try (BlobEncoder.Encoded made = encoded.get();
                        InputStream bytes = made.bytes()) {
                    tensors = Reports.tensors(made.delta().front(), made.sizeBytes());
                    if (base.isPresent() || Reports.hasTensors(tensors)) {
                        Digest blob = uploader.blob(repository, bytes);
                        delta = Optional.of(delta(blob, made.sizeBytes(), base, target));
                    }
                }
            }
            delta.ifPresent(kept::add);
            long best = Math.min(
                    alone, base.isEmpty() ? delta.map(BlobDelta::sizeBytes).orElse(alone) : alone);
            tried.add(new DeltaReport.Pair(
                    Reports.pathOf(target),
                    base,
                    target.digest(),
                    target.sizeBytes(),
                    best,
                    delta.map(BlobDelta::sizeBytes),
                    APPLY_RAM_BYTES,
                    tensors));
            return delta;
        }

        private BlobDelta delta(Digest blob, long sizeBytes, Optional<Digest> base, Descriptor target) {
            return new BlobDelta(
                    blob,
                    sizeBytes,
                    base,
                    target.digest(),
                    target.sizeBytes(),
                    BlobDelta.CODEC_VERSION,
                    APPLY_RAM_BYTES);
        }

        private boolean exists(Optional<Digest> base) throws IOException {
            return registry.referrers(repository, pair.target().digest(), Caller.NODE).stream()
                    .filter(attached -> DeltaArtifact.isDelta(attached.artifactType()))
                    .anyMatch(attached ->
                            DeltaArtifact.baseOf(attached.annotations()).equals(base));
        }

        /** Attaches what was kept, and starts afresh. */
        private Outcome attach(Optional<Digest> base) throws IOException {
            long deltaBytes = kept.stream().mapToLong(BlobDelta::sizeBytes).sum();
            long rawBytes = kept.stream().mapToLong(BlobDelta::rawSizeBytes).sum();
            if (!budget.admit(repository, deltaBytes)) {
                return Outcome.OVER_BUDGET;
            }
            byte[] report = new DeltaReport(BlobDelta.CODEC_VERSION, tried).encode();
            Descriptor config = Descriptor.of(DeltaNames.CONFIG, uploader.blob(repository, report), report.length);
            DeltaArtifact artifact = new DeltaArtifact(pair.target().descriptor(), base, config, kept);
            uploader.manifest(repository, artifact.manifest());
            boolean any = !kept.isEmpty();
            tried.clear();
            kept.clear();
            if (any) {
                events.stored(repository, rawBytes, deltaBytes);
            }
            return any ? Outcome.MADE : Outcome.TOO_LARGE;
        }
    }
}
