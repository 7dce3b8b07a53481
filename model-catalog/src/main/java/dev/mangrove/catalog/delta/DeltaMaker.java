package dev.mangrove.catalog.delta;

import dev.mangrove.catalog.delta.DeltaEvents.Outcome;
import dev.mangrove.catalog.delta.DeltaQueue.Cancelled;
import dev.mangrove.content.Caller;
import dev.mangrove.delta.artifact.BlobDelta;
import dev.mangrove.delta.artifact.BlobPair;
import dev.mangrove.delta.artifact.DeltaArtifact;
import dev.mangrove.distribution.Registry;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes the deltas of one job and attaches them to their target. A delta is kept only if it saves enough over the target
 * compressed on its own; where none does, an artifact without layers says so, and nobody tries again. For one thread.
 */
final class DeltaMaker {
    /** A delta must be at most that share of the target compressed without a base. */
    static final double MAX_SHARE_OF_STANDALONE = 0.85;

    /** A target compressed without a base must be at most that share of the target. */
    static final double MAX_SHARE_OF_RAW = 0.90;

    private final Registry registry;
    private final Images images;
    private final OwnBlobs own;
    private final MergedAdapters adapters;
    private final BlobDeltas blobs;
    private final Attachments attachments;
    private final DeltaBudget budget;

    DeltaMaker(
            Registry registry, MergedAdapters adapters, BlobDeltas blobs, Attachments attachments, DeltaBudget budget) {
        this.registry = registry;
        this.images = new Images(registry);
        this.own = new OwnBlobs(registry);
        this.adapters = adapters;
        this.blobs = blobs;
        this.attachments = attachments;
        this.budget = budget;
    }

    /** Does a job; the work of {@link DeltaQueue}. */
    Outcome run(Job job, Cancelled cancelled) throws IOException {
        Outcome result = Outcome.NOTHING;
        try {
            for (Images.Pair pair : images.pairs(job.repository(), job.base(), job.target())) {
                if (!budget.hasRoom(scratchBytes(pair))) {
                    return Outcome.OVER_BUDGET;
                }
                result = better(result, withoutBase(job.repository(), pair, cancelled));
                result = better(result, fromBase(job.repository(), pair, cancelled));
            }
            return result;
        } catch (Spool.Stopped e) {
            return Outcome.CANCELLED;
        }
    }

    /** One delta at a time lies in the scratch folder, or one with adapters and one without; none is larger than its target. */
    private static long scratchBytes(Images.Pair pair) {
        int atOnce = MergedAdapters.namedBy(pair.target()).isPresent() ? 2 : 1;
        return atOnce
                * pair.image().layers().stream()
                        .filter(BlobPair::isWorthwhile)
                        .mapToLong(Descriptor::sizeBytes)
                        .max()
                        .orElse(0);
    }

    private static Outcome better(Outcome one, Outcome other) {
        return one == Outcome.NOTHING || other == Outcome.MADE ? other : one;
    }

    /** The target compressed on its own, for those who hold no base: of models only, and kept only if it is smaller. */
    private Outcome withoutBase(Location repository, Images.Pair pair, Cancelled cancelled) throws IOException {
        if (!Images.isModelArtifact(pair.image()) || exists(repository, pair, Optional.empty())) {
            return Outcome.NOTHING;
        }
        Made made = new Made();
        for (Descriptor blob : pair.image().layers()) {
            if (BlobPair.isWorthwhile(blob)
                    && own.has(repository, blob.digest())
                    && !blobs.isKnown(repository, blob.digest())) {
                long limit = (long) (blob.sizeBytes() * MAX_SHARE_OF_RAW);
                made.add(blobs.standalone(repository, blob, limit, cancelled));
            }
        }
        return made.kept().isEmpty() ? Outcome.NOTHING : attachments.attach(repository, pair, Optional.empty(), made);
    }

    private Outcome fromBase(Location repository, Images.Pair pair, Cancelled cancelled) throws IOException {
        List<BlobPair> pairs = ownPairs(repository, pair);
        Optional<Digest> base = pair.base().map(ManifestContent::digest);
        if (pairs.isEmpty() || exists(repository, pair, base)) {
            return Outcome.NOTHING;
        }
        List<BlobDelta.Adapter> merged = adapters.of(repository, pair.target());
        Made made = new Made();
        for (BlobPair blob : pairs) {
            long alone = blobs.standaloneBytes(repository, blob.target(), cancelled);
            long limit = (long) (alone * MAX_SHARE_OF_STANDALONE);
            made.add(blobs.delta(repository, blob, merged, alone, limit, cancelled));
        }
        return attachments.attach(repository, pair, base, made);
    }

    private List<BlobPair> ownPairs(Location repository, Images.Pair pair) throws IOException {
        List<BlobPair> pairs = new ArrayList<>();
        for (BlobPair each : pair.blobs()) {
            if (own.has(repository, each.base().digest())
                    && own.has(repository, each.target().digest())) {
                pairs.add(each);
            }
        }
        return pairs;
    }

    private boolean exists(Location repository, Images.Pair pair, Optional<Digest> base) throws IOException {
        return registry.referrers(repository, pair.target().digest(), Caller.NODE).stream()
                .filter(attached -> DeltaArtifact.isDelta(attached.artifactType()))
                .anyMatch(
                        attached -> DeltaArtifact.baseOf(attached.annotations()).equals(base));
    }
}
