package dev.mangrove.catalog.delta;

import dev.mangrove.content.BlobStore;
import dev.mangrove.content.Bounds;
import dev.mangrove.content.Caller;
import dev.mangrove.content.log.NameRecord.Released;
import dev.mangrove.content.log.Names;
import dev.mangrove.delta.artifact.DeltaArtifact;
import dev.mangrove.distribution.PushTarget;
import dev.mangrove.distribution.Registry;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Lineage and deltas of a catalog. Composed around what takes its pushes and answers its pulls:
 *
 * <pre>{@code
 * Deltas deltas = Deltas.open(parts, settings, clock, events);
 * new DistributionServer(deltas.registry(), Optional.of(deltas.pushes()), ...);
 * }</pre>
 *
 * Nothing that goes wrong here fails a push or a pull. Safe for any thread.
 */
public final class Deltas implements AutoCloseable {
    private static final int MAX_REPOSITORIES = 10_000;
    private static final int LIST_STEP = 256;

    private final Names names;
    private final Images images;
    private final Lineage lineage;
    private final DeltaBudget budget;
    private final UnderWay underWay;
    private final DeltaQueue queue;
    private final DeltaEvents events;
    private final Registry registry;
    private final PushTarget pushes;

    /** What deltas stand on; owned by whoever makes it. */
    public record Parts(BlobStore store, Names names, Registry registry, PushTarget pushes) {}

    /**
     * What an operator can choose.
     *
     * @param budgetBytes most bytes of deltas that a repository has
     * @param room of the store; deltas leave as much as {@code budgetBytes} of it free
     * @param scratch directory for deltas under way; what an earlier process left there may be deleted
     */
    public record Settings(long budgetBytes, DeltaBudget.Room room, Path scratch) {
        public Settings {
            if (budgetBytes < 0) {
                throw new IllegalArgumentException("a budget is not negative: " + budgetBytes);
            }
        }
    }

    private Deltas(Parts parts, Settings settings, InstantSource clock, DeltaEvents events) throws IOException {
        Spool.clear(settings.scratch());
        this.underWay = UnderWay.open(settings.scratch());
        this.names = parts.names();
        this.events = events;
        this.images = new Images(parts.registry());
        this.lineage = new Lineage(names, clock);
        DeltaLinks links = new DeltaLinks(names, parts.registry(), parts.pushes());
        this.budget = new DeltaBudget(names, links, settings.budgetBytes(), settings.room());
        Uploader uploader = new Uploader(parts.pushes());
        BlobDeltas blobs = new BlobDeltas(new BlobEncoder(parts.store(), settings.scratch()), uploader);
        Attachments attachments = new Attachments(uploader, links, budget, events);
        MergedAdapters adapters = new MergedAdapters(parts.registry(), parts.store());
        DeltaMaker maker = new DeltaMaker(parts.registry(), adapters, blobs, attachments, budget);
        this.queue = new DeltaQueue(remembered(maker), events);
        this.registry = new AskedRegistry(parts.registry(), this);
        this.pushes = new ReleasingPushes(parts.pushes(), this);
    }

    /** Starts the worker, and finds again what an earlier process did not get to. */
    public static Deltas open(Parts parts, Settings settings, InstantSource clock, DeltaEvents events)
            throws IOException {
        Deltas deltas = new Deltas(parts, settings, clock, events);
        deltas.queue.start();
        deltas.resume();
        return deltas;
    }

    private DeltaQueue.Work remembered(DeltaMaker maker) {
        return (job, cancelled) -> {
            underWay.begin(job.target());
            try {
                return maker.run(job, cancelled);
            } finally {
                underWay.end();
            }
        };
    }

    /** The registry to serve. */
    public Registry registry() {
        return registry;
    }

    /** Where pushes go. */
    public PushTarget pushes() {
        return pushes;
    }

    /** Shows the jobs that wait. */
    public void bounds(Bounds seen) {
        seen.bounded(
                "deltas_of_pushes", DeltaQueue.MAX_EAGER, () -> queue.waiting().eager());
        seen.bounded(
                "deltas_asked_for", DeltaQueue.MAX_WANTED, () -> queue.waiting().wanted());
    }

    /** Jobs that wait or are under way. */
    public int queueDepth() {
        return queue.depth();
    }

    void pushed(Location repository, ManifestContent manifest, Caller caller) {
        try {
            if (images.isModel(repository, manifest)) {
                lineage.record(repository, manifest, nameOf(caller)).ifPresent(this::offer);
            }
        } catch (IOException | RuntimeException e) {
            events.failed(repository, manifest.digest(), e);
        }
    }

    void deleted(Location repository, Digest manifest) {
        try {
            budget.removeThoseOf(repository, manifest);
        } catch (IOException | RuntimeException e) {
            events.failed(repository, manifest, e);
        }
    }

    /** Somebody holds blobs of {@code base} and asks for {@code target}: both must be images that were pushed here. */
    void wanted(Location repository, Digest base, Digest target) throws IOException {
        if (!base.equals(target) && isImage(repository, base) && isImage(repository, target)) {
            queue.want(new Job(repository, Optional.of(base), target));
        }
    }

    private boolean isImage(Location repository, Digest manifest) throws IOException {
        return names.manifest(repository, manifest)
                .filter(link -> link.subject().isEmpty())
                .isPresent();
    }

    private void offer(Released release) {
        queue.offer(new Job(release.repository(), release.base(), release.manifest()));
    }

    /** The newest release of each repository, if its deltas are missing: the process may have ended before them. */
    private void resume() {
        Optional<String> after = Optional.empty();
        try {
            for (int seen = 0; seen < MAX_REPOSITORIES; seen += LIST_STEP) {
                List<Location> step = names.repositories(after, LIST_STEP);
                for (Location repository : step) {
                    newestWithoutDelta(repository).ifPresent(this::offer);
                }
                if (step.size() < LIST_STEP) {
                    return;
                }
                after = Optional.of(step.getLast().toString());
            }
        } catch (IOException e) {
            System.getLogger(Deltas.class.getName())
                    .log(System.Logger.Level.WARNING, "deltas that are missing were not looked for", e);
        }
    }

    private Optional<Released> newestWithoutDelta(Location repository) throws IOException {
        List<Released> newest = names.releases(repository, 1);
        if (newest.isEmpty() || newest.getFirst().base().isEmpty()) {
            return Optional.empty();
        }
        if (underWay.isSuspect(newest.getFirst().manifest())) {
            events.failed(
                    repository,
                    newest.getFirst().manifest(),
                    new IOException("the process ended twice while the delta was made; not tried again by itself"));
            return Optional.empty();
        }
        boolean tried = names.referrers(repository, newest.getFirst().manifest()).stream()
                .anyMatch(attached -> DeltaArtifact.isDelta(attached.artifactType()));
        return tried ? Optional.empty() : Optional.of(newest.getFirst());
    }

    private static String nameOf(Caller caller) {
        return switch (caller) {
            case Caller.Anonymous _ -> "anonymous";
            case Caller.User user -> user.name();
            case Caller.Node _ -> "node";
        };
    }

    /** Ends the worker; a delta under way is given up. */
    @Override
    public void close() {
        queue.close();
    }
}
