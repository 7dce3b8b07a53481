package dev.mangrove.catalog.delta;

import dev.mangrove.catalog.delta.DeltaEvents.Outcome;
import dev.mangrove.catalog.registry.CatalogPushes;
import dev.mangrove.catalog.registry.CatalogRegistry;
import dev.mangrove.content.Caller;
import dev.mangrove.content.MovableClock;
import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.files.StoreLimits;
import dev.mangrove.content.keyvalue.HeapKeyValue;
import dev.mangrove.content.log.FollowingNames;
import dev.mangrove.delta.artifact.DeltaArtifact;
import dev.mangrove.distribution.Resolved;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.MediaType;
import dev.mangrove.oci.Pinned;
import dev.mangrove.oci.Tag;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A catalog's registry with deltas, over a real store in a folder. */
final class DeltasFixture implements AutoCloseable {
    static final Location REPOSITORY = Location.parse("acme/detector");

    private static final String MODEL = "application/vnd.cncf.model.manifest.v1+json";
    private static final String WEIGHT = "application/vnd.cncf.model.weight.v1.raw";

    final MovableClock clock = new MovableClock();
    final FileStore store;
    final FollowingNames names;
    final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    final List<Exception> failures = new ArrayList<>();
    final Deltas deltas;

    DeltasFixture(Path folder, long budgetBytes) throws IOException {
        this(folder, budgetBytes, more -> 0);
    }

    DeltasFixture(Path folder, long budgetBytes, DeltaBudget.Room room) throws IOException {
        store = FileStore.open(folder.resolve("store"), StoreLimits.NONE, clock);
        names = FollowingNames.open(store, new HeapKeyValue(), clock);
        CatalogRegistry registry = new CatalogRegistry(store, names, (repository, caller) -> true);
        CatalogPushes pushes = new CatalogPushes(store, store.uploads(), names, registry, new byte[32], clock);
        deltas = Deltas.open(
                new Deltas.Parts(store, names, registry, pushes),
                new Deltas.Settings(budgetBytes, room, folder.resolve("scratch")),
                clock,
                new Recorder());
    }

    private final class Recorder implements DeltaEvents {
        @Override
        public void finished(Location repository, Outcome outcome) {
            outcomes.add(outcome);
        }

        @Override
        public void failed(Location repository, Digest target, Exception why) {
            failures.add(why);
            outcomes.add(Outcome.FAILED);
        }

        @Override
        public void stored(Location repository, long targetBytes, long deltaBytes) {}
    }

    /** How the next job ends. */
    Outcome outcome() throws InterruptedException {
        Outcome next = outcomes.poll(60, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no job ended within a minute");
        }
        return next;
    }

    /** Pushes a model of one file and returns its manifest's digest. */
    Digest publish(String tag, byte[] weights, String annotations) throws IOException {
        return publish(REPOSITORY, tag, weights, annotations);
    }

    Digest publish(Location repository, String tag, byte[] weights, String annotations) throws IOException {
        return publishWithout(repository, tag, blob(repository, weights), weights.length, annotations);
    }

    /** Pushes a model without its file, which may be anywhere. */
    Digest publishWithout(String tag, Digest blob, int sizeBytes, String annotations) throws IOException {
        return publishWithout(REPOSITORY, tag, blob, sizeBytes, annotations);
    }

    private Digest publishWithout(Location repository, String tag, Digest blob, int sizeBytes, String annotations)
            throws IOException {
        Digest config = blob(repository, "{}".getBytes(StandardCharsets.UTF_8));
        String json = """
                {"schemaVersion":2,"mediaType":"%s","artifactType":"%s",\
                "config":{"mediaType":"application/vnd.cncf.model.config.v1+json","digest":"%s","size":2},\
                "layers":[{"mediaType":"%s","digest":"%s","size":%d,\
                "annotations":{"org.cncf.model.filepath":"model.safetensors"}}],"annotations":{%s}}""".formatted(MediaType.OCI_MANIFEST, MODEL, config, WEIGHT, blob, sizeBytes, annotations);
        ManifestContent manifest =
                ManifestContent.parse(json.getBytes(StandardCharsets.UTF_8), MediaType.OCI_MANIFEST, Algorithm.SHA256);
        deltas.pushes().putManifest(repository, manifest, List.of(new Tag(tag)), new Caller.User("ci"));
        return manifest.digest();
    }

    Digest blob(Location repository, byte[] bytes) throws IOException {
        String upload = deltas.pushes().openUpload(repository, Caller.NODE);
        Digest digest = Digest.ofBytes(Algorithm.SHA256, bytes);
        deltas.pushes().append(repository, upload, Optional.empty(), new ByteArrayInputStream(bytes));
        deltas.pushes().finish(repository, upload, digest, Caller.NODE);
        return digest;
    }

    /** The delta artifacts attached to a manifest. */
    List<DeltaArtifact> artifacts(Digest manifest) throws IOException {
        List<DeltaArtifact> found = new ArrayList<>();
        for (Descriptor each : deltas.registry().referrers(REPOSITORY, manifest, Caller.NODE)) {
            deltas.registry()
                    .resolve(REPOSITORY, new Pinned(each.digest()), Caller.NODE)
                    .map(Resolved::manifest)
                    .flatMap(DeltaArtifact::of)
                    .ifPresent(found::add);
        }
        return found;
    }

    /** The artifact that starts from that base. */
    DeltaArtifact artifact(Digest manifest, Optional<Digest> base) throws IOException {
        return artifacts(manifest).stream()
                .filter(artifact -> artifact.baseManifest().equals(base))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no delta to " + manifest + " from " + base));
    }

    byte[] stored(Digest blob) throws IOException {
        return store.read(blob, Optional.empty(), lent -> lent.asStream().readAllBytes())
                .orElseThrow();
    }

    @Override
    public void close() throws IOException {
        deltas.close();
        names.close();
        store.close();
    }
}
