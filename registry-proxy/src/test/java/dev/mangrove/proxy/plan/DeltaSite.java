package dev.mangrove.proxy.plan;

import dev.mangrove.content.Caller;
import dev.mangrove.content.Origin;
import dev.mangrove.content.ReadRequest;
import dev.mangrove.content.files.Eviction;
import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.files.StoreLimits;
import dev.mangrove.content.keyvalue.HeapKeyValue;
import dev.mangrove.content.log.FollowingNames;
import dev.mangrove.content.log.NameRecord;
import dev.mangrove.delta.DeltaEncoder;
import dev.mangrove.delta.EncodeOptions;
import dev.mangrove.delta.artifact.BlobDelta;
import dev.mangrove.delta.artifact.DeltaArtifact;
import dev.mangrove.delta.artifact.DeltaNames;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.distribution.client.ClientFixture;
import dev.mangrove.distribution.client.ClientSettings;
import dev.mangrove.distribution.client.FakeUpstream;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Tag;
import dev.mangrove.proxy.plan.DeltaEvents.Failure;
import dev.mangrove.proxy.pullthrough.EvictingPartials;
import dev.mangrove.proxy.pullthrough.FillLimits;
import dev.mangrove.proxy.pullthrough.Freshness;
import dev.mangrove.proxy.pullthrough.PullThrough;
import dev.mangrove.proxy.pullthrough.RoomMaker;
import dev.mangrove.proxy.upstream.Upstream;
import dev.mangrove.proxy.upstream.Upstreams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A node over a real store, below a parent on a real socket that has models and deltas; can be stopped and started. */
final class DeltaSite implements AutoCloseable {
    static final Location REPOSITORY = Location.parse("acme/detector");

    final ClientFixture client = new ClientFixture();
    final FakeUpstream parent;
    final AtomicLong wanBytes = new AtomicLong();
    final AtomicLong savedBytes = new AtomicLong();
    final List<Digest> evicted = new CopyOnWriteArrayList<>();
    final List<Digest> damaged = new CopyOnWriteArrayList<>();
    final List<Failure> failures = new CopyOnWriteArrayList<>();
    private final Path folder;
    private final DeltaPolicy policy;
    private StoreLimits limits = StoreLimits.NONE;
    FileStore store;
    FollowingNames names;
    private PullThrough node;

    DeltaSite(Path folder, DeltaPolicy policy) throws IOException {
        this.folder = folder;
        this.policy = policy;
        this.parent = client.upstream();
        start();
    }

    void start() throws IOException {
        store = FileStore.open(folder, limits, client.clock());
        names = FollowingNames.open(store, new HeapKeyValue(), client.clock());
        RoomMaker room = room();
        DeltaShortcut.Parts parts = new DeltaShortcut.Parts(
                store, new EvictingPartials(store.partials(), room), room, names, store::verify, client.clock());
        Upstream upstream = new Upstream("parent", new Upstream.Parent(false), Origin.REGION, client.client(parent));
        node = new PullThrough(
                new PullThrough.Parts(
                        store, store.partials(), names, (origin, bytes) -> wanBytes.addAndGet(bytes), room),
                new Upstreams(List.of(upstream)),
                new Freshness(Duration.ofMinutes(1), Freshness.Policy.STALE_OK, Duration.ofMinutes(1)),
                FillLimits.NODE,
                settings(),
                registry -> new DeltaShortcut(registry, parts, policy, new Recorder()));
    }

    /** Pauses take time, on the clock of the test. */
    private ClientSettings settings() {
        ClientSettings usual = client.settings();
        return new ClientSettings(
                usual.node(), usual.clock(), usual.random(), client.clock()::pass, usual.trustedRealms());
    }

    /** Evicts as a node does: what is leased stays. */
    private RoomMaker room() {
        Eviction eviction = new Eviction(store, names::isHeld, blob -> evicted.add(blob.digest()));
        return new RoomMaker() {
            @Override
            public boolean makeRoom(long bytes) throws IOException {
                return eviction.makeRoom(bytes);
            }

            @Override
            public boolean fits(long bytes, Set<Digest> staying) throws IOException {
                return eviction.canMakeRoom(bytes, staying);
            }
        };
    }

    void stop() throws IOException {
        if (node != null) {
            node.close();
            names.close();
            store.close();
            node = null;
        }
    }

    void restart(StoreLimits other) throws IOException {
        stop();
        limits = other;
        start();
    }

    private final class Recorder implements DeltaEvents {
        @Override
        public void applied(Digest blob, long targetBytes, long wireBytes) {
            savedBytes.addAndGet(targetBytes - wireBytes);
        }

        @Override
        public void damaged(Digest base) {
            damaged.add(base);
        }

        @Override
        public void failed(Digest blob, Failure why, String message) {
            failures.add(why);
        }
    }

    /** Puts a model of one file there. */
    ManifestContent model(String tag, byte[] weights) {
        return parent.image(REPOSITORY, tag, weights);
    }

    static byte[] deltaBetween(List<byte[]> bases, byte[] target) throws IOException {
        return new DeltaEncoder(
                        bases.stream().map(ByteSource::of).toList(), ByteSource.of(target), EncodeOptions.DEFAULT)
                .encodeToBytes();
    }

    /** Attaches a delta; what it says of itself is up to the caller. */
    Digest offer(
            byte[] delta, Optional<ManifestContent> base, Optional<byte[]> from, ManifestContent target, byte[] to) {
        return offer(delta, base, from, List.of(), target, to);
    }

    private Digest offer(
            byte[] delta,
            Optional<ManifestContent> base,
            Optional<byte[]> from,
            List<byte[]> adapters,
            ManifestContent target,
            byte[] to) {
        Digest blob = parent.registry().put(REPOSITORY, delta);
        byte[] report = "{}".getBytes(StandardCharsets.UTF_8);
        Descriptor config = Descriptor.of(DeltaNames.CONFIG, parent.registry().put(REPOSITORY, report), report.length);
        BlobDelta layer = new BlobDelta(
                blob,
                delta.length,
                from.map(DeltaSite::digestOf),
                adapters.stream()
                        .map(adapter -> new BlobDelta.Adapter(digestOf(adapter), adapter.length))
                        .toList(),
                digestOf(to),
                to.length,
                BlobDelta.CODEC_VERSION,
                16 << 20);
        DeltaArtifact artifact =
                new DeltaArtifact(target.descriptor(), base.map(ManifestContent::digest), config, List.of(layer));
        parent.registry().putManifest(REPOSITORY, artifact.manifest(), List.of(), Caller.ANONYMOUS);
        return blob;
    }

    /** Makes a delta and attaches it. */
    Digest offer(ManifestContent base, byte[] from, ManifestContent target, byte[] to) throws IOException {
        return offer(deltaBetween(List.of(from), to), Optional.of(base), Optional.of(from), target, to);
    }

    /** Puts a blob there that no model names. */
    void blob(byte[] bytes) {
        parent.registry().put(REPOSITORY, bytes);
    }

    /** Makes a delta that needs an adapter beside its base, and attaches it. */
    Digest offer(ManifestContent base, byte[] from, byte[] adapter, ManifestContent target, byte[] to)
            throws IOException {
        byte[] delta = deltaBetween(List.of(from, adapter), to);
        return offer(delta, Optional.of(base), Optional.of(from), List.of(adapter), target, to);
    }

    /** What applies a delta as the node does. */
    DeltaApplier applier() {
        return new DeltaApplier(node, store, store.partials(), new BaseLeases(names, client.clock()));
    }

    /** The ranges of a blob that were asked of the parent. */
    List<String> ranges(Digest blob) {
        return parent.requests().stream()
                .filter(asked -> asked.method().equals("GET") && asked.rawPath().endsWith("/blobs/" + blob))
                .map(asked -> asked.headers().first("Range").orElse("all"))
                .toList();
    }

    /** The bytes that a client gets, and where they came from. */
    record Got(byte[] bytes, Origin origin) {}

    /** Pulls as a client does: the tag, then the layer. */
    Got pull(String tag, byte[] layer) throws IOException {
        resolve(tag);
        return read(layer);
    }

    /** Puts a model there, and pulls it. */
    Got pullModel(String tag, byte[] weights) throws IOException {
        model(tag, weights);
        return pull(tag, weights);
    }

    /** Keeps a blob from eviction for a day. */
    void hold(Digest blob) throws IOException {
        names.append(List.of(
                new NameRecord.Leased(REPOSITORY, blob, client.clock().instant().plus(Duration.ofDays(1)))));
    }

    void resolve(String tag) throws IOException {
        manifest(tag);
    }

    /** The manifest as the node has it. */
    ManifestContent manifest(String tag) throws IOException {
        return node.resolve(REPOSITORY, new Tag(tag), Caller.NODE)
                .orElseThrow(() -> new AssertionError("no " + tag + " at the node"))
                .manifest();
    }

    Got read(byte[] layer) throws IOException {
        return read(REPOSITORY, layer);
    }

    Got read(Location repository, byte[] layer) throws IOException {
        Got got = node.blobs()
                .read(
                        ReadRequest.whole(digestOf(layer), repository, Caller.NODE),
                        blob -> new Got(blob.asStream().readAllBytes(), blob.origin()))
                .orElseThrow();
        awaitStored(digestOf(layer));
        return got;
    }

    /** Bytes are given out before the store has them. */
    private void awaitStored(Digest blob) {
        store.partials().awaitCommit(blob);
    }

    static Digest digestOf(byte[] bytes) {
        return Digest.ofBytes(Algorithm.SHA256, bytes);
    }

    @Override
    public void close() throws IOException {
        client.close();
        stop();
    }
}
