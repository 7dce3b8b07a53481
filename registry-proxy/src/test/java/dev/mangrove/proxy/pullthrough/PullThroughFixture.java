package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.Caller;
import dev.mangrove.content.Origin;
import dev.mangrove.content.Priority;
import dev.mangrove.content.ReadRequest;
import dev.mangrove.content.files.Eviction;
import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.files.PartialBlobs;
import dev.mangrove.content.files.StoreLimits;
import dev.mangrove.content.keyvalue.HeapKeyValue;
import dev.mangrove.content.log.FollowingNames;
import dev.mangrove.distribution.Resolved;
import dev.mangrove.distribution.client.ClientFixture;
import dev.mangrove.distribution.client.ClientSettings;
import dev.mangrove.distribution.client.FakeUpstream;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Reference;
import dev.mangrove.proxy.upstream.Upstream;
import dev.mangrove.proxy.upstream.Upstreams;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** A pull-through over a real store and upstreams on real sockets; can be stopped and started again. */
final class PullThroughFixture implements AutoCloseable {
    final ClientFixture client;
    final AtomicLong wanBytes = new AtomicLong();
    final List<Digest> evicted = new CopyOnWriteArrayList<>();
    private final Path folder;
    private final List<FakeUpstream> parents = new ArrayList<>();
    private Freshness freshness =
            new Freshness(Duration.ofMinutes(1), Freshness.Policy.STALE_OK, Duration.ofMinutes(1));
    private StoreLimits limits = StoreLimits.NONE;
    private FillLimits fillLimits = FillLimits.NODE;
    private UnaryOperator<PartialBlobs> decoration = UnaryOperator.identity();
    private FileStore store;
    private FollowingNames names;
    private PullThrough pullThrough;

    PullThroughFixture(Path folder) {
        this(folder, new ClientFixture());
    }

    /** Calls through {@code client}, which is closed with this. */
    PullThroughFixture(Path folder, ClientFixture client) {
        this.folder = folder;
        this.client = client;
    }

    /** One more parent of home names; before {@link #start}. */
    FakeUpstream parent() throws IOException {
        FakeUpstream parent = client.upstream();
        parents.add(parent);
        return parent;
    }

    PullThroughFixture with(Freshness other) {
        freshness = other;
        return this;
    }

    PullThroughFixture with(StoreLimits other) {
        limits = other;
        return this;
    }

    PullThroughFixture with(FillLimits other) {
        fillLimits = other;
        return this;
    }

    /** Puts something around the partial blobs. */
    PullThroughFixture around(UnaryOperator<PartialBlobs> other) {
        decoration = other;
        return this;
    }

    PullThrough start() throws IOException {
        store = FileStore.open(folder, limits, client.clock());
        names = FollowingNames.open(store, new HeapKeyValue(), client.clock());
        Eviction eviction = new Eviction(store, digest -> false, blob -> evicted.add(blob.digest()));
        RoomMaker room = eviction::makeRoom;
        List<Upstream> upstreams = parents.stream()
                .map(parent -> new Upstream(
                        "parent-" + parents.indexOf(parent),
                        new Upstream.Parent(false),
                        Origin.CATALOG,
                        client.client(parent)))
                .toList();
        pullThrough = new PullThrough(
                new PullThrough.Parts(
                        store,
                        decoration.apply(store.partials()),
                        names,
                        (origin, bytes) -> wanBytes.addAndGet(bytes),
                        room),
                new Upstreams(upstreams),
                freshness,
                fillLimits,
                settings());
        return pullThrough;
    }

    /** Pauses take time, on the clock of the test. */
    private ClientSettings settings() {
        ClientSettings usual = client.settings();
        return new ClientSettings(
                usual.node(), usual.clock(), usual.random(), client.clock()::pass, usual.trustedRealms());
    }

    void stop() throws IOException {
        if (pullThrough != null) {
            pullThrough.close();
            names.close();
            store.close();
            pullThrough = null;
        }
    }

    FileStore store() {
        return store;
    }

    Optional<Resolved> resolve(Location repository, Reference reference) throws IOException {
        return pullThrough.resolve(repository, reference, Caller.NODE);
    }

    /** The bytes, and where they came from. */
    record Got(byte[] bytes, Origin origin, long sizeBytes) {}

    Optional<Got> read(Location repository, Digest digest, Optional<ByteRange> range) throws IOException {
        ReadRequest request =
                new ReadRequest(digest, range, repository, Caller.NODE, Priority.FOREGROUND, OptionalLong.empty());
        return pullThrough
                .blobs()
                .read(request, blob -> new Got(blob.asStream().readAllBytes(), blob.origin(), blob.sizeBytes()));
    }

    Optional<Got> read(Location repository, Digest digest) throws IOException {
        return read(repository, digest, Optional.empty());
    }

    /** What was read to its end is given out before the store has it. */
    void awaitStored(Digest digest) {
        store.partials().awaitCommit(digest);
    }

    /** Lends the stream of a whole blob. */
    <R> R readWith(Location repository, Digest digest, Reader<R> reader) throws IOException {
        ReadRequest request = ReadRequest.whole(digest, repository, Caller.NODE);
        return pullThrough
                .blobs()
                .read(request, blob -> reader.read(blob.asStream()))
                .orElseThrow();
    }

    /** Reads a lent stream. */
    @FunctionalInterface
    interface Reader<R> {
        R read(InputStream in) throws IOException;
    }

    @Override
    public void close() throws IOException {
        client.close();
        stop();
    }
}
