package dev.mangrove.proxy.node;

import dev.mangrove.cli.HostPort;
import dev.mangrove.cli.Role;
import dev.mangrove.content.Housekeeping;
import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.files.PartialBlobs;
import dev.mangrove.content.files.StoreLimits;
import dev.mangrove.content.log.FollowingNames;
import dev.mangrove.distribution.DistributionServer;
import dev.mangrove.distribution.Naming;
import dev.mangrove.distribution.client.ClientSettings;
import dev.mangrove.http.CertificateWatch;
import dev.mangrove.http.HttpHandler;
import dev.mangrove.http.HttpServer;
import dev.mangrove.http.MemoryUse;
import dev.mangrove.http.OwnNames;
import dev.mangrove.http.ServerOptions;
import dev.mangrove.http.ServerTls;
import dev.mangrove.http.Transport;
import dev.mangrove.observe.AccessLog;
import dev.mangrove.observe.Counter;
import dev.mangrove.observe.Metrics;
import dev.mangrove.observe.Probes;
import dev.mangrove.proxy.plan.CountedDeltas;
import dev.mangrove.proxy.plan.DeltaEvents;
import dev.mangrove.proxy.plan.DeltaPolicy;
import dev.mangrove.proxy.plan.DeltaShortcut;
import dev.mangrove.proxy.pullthrough.EvictingPartials;
import dev.mangrove.proxy.pullthrough.PullThrough;
import dev.mangrove.proxy.pullthrough.WanMeter;
import dev.mangrove.proxy.push.Parent;
import dev.mangrove.proxy.push.PushForwarding;
import dev.mangrove.proxy.push.TokenForwarding;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A running region or agent: a store, what fills it, and a server in front. No parent has to be there for it to start. */
public final class ProxyNode implements Role.Running {
    private static final Duration CHORES_EVERY = Duration.ofMinutes(10);
    private static final Duration PARTIALS_KEPT = Duration.ofDays(7);
    private static final Duration TRASH_KEPT = Duration.ofHours(1);

    private final Deque<AutoCloseable> parts;
    private final Composed composed;
    private final boolean secure;

    private ProxyNode(Deque<AutoCloseable> parts, Composed composed, boolean secure) {
        this.parts = parts;
        this.composed = composed;
        this.secure = secure;
    }

    /** What is asked of a node that runs. */
    private record Composed(HttpServer server, FileStore store, FollowingNames names) {
        /** Upstreams are none of it: a node that is cut off from them is ready. */
        Optional<String> obstacle() {
            return obstacle(store, names);
        }

        static Optional<String> obstacle(FileStore store, FollowingNames names) {
            return store.obstacle()
                    .or(() -> names.failure().map(_ -> "the index of names failed: restart this process"));
        }

        boolean isBroken() {
            return store.failure().isPresent() || names.failure().isPresent();
        }
    }

    /** Opens the store and begins to serve. */
    public static ProxyNode start(NodeSettings settings, NodeRole role) throws IOException {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            return new ProxyNode(
                    parts, compose(settings, role, parts), settings.tls().isPresent());
        } catch (IOException | RuntimeException e) {
            closeAll(parts);
            throw e;
        }
    }

    private static Composed compose(NodeSettings settings, NodeRole role, Deque<AutoCloseable> parts)
            throws IOException {
        ClientSettings client = ClientSettings.of(settings.node());
        Metrics metrics = Metrics.ofProcess();
        StoreLimits limits = limits(settings, role);
        FileStore store = keep(parts, FileStore.open(settings.storePath(), limits, client.clock()));
        FollowingNames names =
                keep(parts, FollowingNames.open(store, role.openView(store.indexDirectory()), client.clock()));
        CacheRoom room = new CacheRoom(store, names, metrics);
        PartialBlobs partials = new EvictingPartials(store.partials(), room);
        keep(parts, Housekeeping.start(CHORES_EVERY, chores(store, names, room)));
        Transport transport = keep(parts, Transport.open(role.loops()));
        Callers callers = keep(parts, new Callers(transport));
        UpstreamList upstreams = new UpstreamList(callers, client);
        DeltaShortcut.Parts bases =
                new DeltaShortcut.Parts(store, partials, room, names, store::verify, client.clock());
        DeltaPolicy deltas = role.deltas(settings.fullFallback());
        DeltaEvents events = new CountedDeltas(metrics, DeltaEvents.logging());
        PullThrough pullThrough = keep(
                parts,
                new PullThrough(
                        new PullThrough.Parts(store, store.partials(), names, meter(metrics), room),
                        upstreams.of(settings, role),
                        settings.freshness(),
                        role.fillLimits(),
                        client,
                        registry -> new DeltaShortcut(registry, bases, deltas, events)));
        Naming naming = Naming.any(settings.homeNames());
        List<Parent> parents = upstreams.pushParents(settings);
        ParentPing ping = new ParentPing(parents, settings.node(), client.clock());
        ping.lookSometimes();
        HttpHandler registry = new DistributionServer(
                pullThrough, Optional.empty(), new OpenAccess(role.caller(), ping), naming, settings.node());
        HttpHandler pushes =
                new PushForwarding(parents, naming, settings.node(), new PushNews(pullThrough, ping), registry);
        HttpHandler routes = new TokenForwarding(parents, settings.node(), pushes);
        HttpHandler observed =
                new Probes(metrics, () -> Composed.obstacle(store, names), new AccessLog(metrics, routes));
        describe(metrics, store, limits);
        pullThrough.bounds(metrics::bounded);
        callers.bounds(metrics::bounded);
        HttpServer server = listen(settings, transport, observed, parts);
        metrics.bounded("connections", server.maxConnections(), server::connections);
        metrics.bounded("request_bytes", server.maxUnreadBytes(), server::unreadBytes);
        return new Composed(server, store, names);
    }

    private static WanMeter meter(Metrics metrics) {
        Counter wan = metrics.counter(
                "mangrove_wan_bytes_total", "Bytes of blobs and manifests over the wide-area link.", "direction");
        return (origin, bytes) -> wan.add(bytes, "in");
    }

    private static void describe(Metrics metrics, FileStore store, StoreLimits limits) {
        store.bounds(metrics::bounded);
        MemoryUse.describe(metrics::gauge);
        metrics.gauge("mangrove_store_bytes", "Bytes the store takes.", store::usedBytes);
        if (limits.quotaBytes() < Long.MAX_VALUE) {
            metrics.gauge("mangrove_store_limit_bytes", "Most bytes the store may take.", limits::quotaBytes);
        }
    }

    private static List<Housekeeping.Chore> chores(FileStore store, FollowingNames names, CacheRoom room) {
        return List.of(
                new Housekeeping.Chore("deleting partial blobs that nobody came back for", () -> store.partials()
                        .reap(PARTIALS_KEPT)),
                new Housekeeping.Chore("making room that others on this disk took", () -> room.makeRoom(0)),
                new Housekeeping.Chore("laying the ballast down again", store.ballast()::lay),
                new Housekeeping.Chore("emptying the trash", () -> store.emptyTrash(TRASH_KEPT)),
                new Housekeeping.Chore("compacting the names log", names::compactIfLarge));
    }

    private static HttpServer listen(
            NodeSettings settings, Transport transport, HttpHandler handler, Deque<AutoCloseable> parts)
            throws IOException {
        HostPort at = settings.listen();
        ServerOptions options = ServerOptions.at(new InetSocketAddress(at.host(), at.port()));
        if (settings.tls().isEmpty()) {
            HttpHandler guarded = OwnNames.guard(handler, options.listen(), settings.homeNames());
            return keep(parts, HttpServer.start(transport, options, guarded));
        }
        NodeSettings.Tls files = settings.tls().get();
        CertificateWatch.Source source = () -> ServerTls.ofPem(files.certificate(), files.key());
        ServerTls shown = source.current();
        HttpServer server = keep(parts, HttpServer.start(transport, options.with(shown), handler));
        CertificateWatch watch = new CertificateWatch(server, source, shown);
        keep(
                parts,
                Housekeeping.start(
                        CHORES_EVERY, List.of(new Housekeeping.Chore("renewing the certificate", watch::look))));
        return server;
    }

    private static StoreLimits limits(NodeSettings settings, NodeRole role) throws IOException {
        Files.createDirectories(settings.storePath());
        long disk = Files.getFileStore(settings.storePath()).getTotalSpace();
        long quota = settings.quota().map(amount -> amount.of(disk)).orElse(Long.MAX_VALUE);
        return new StoreLimits(quota, settings.reserve().of(disk), role.ballastBytes());
    }

    private static <T extends AutoCloseable> T keep(Deque<AutoCloseable> parts, T part) {
        parts.push(part);
        return part;
    }

    @Override
    public String url() {
        InetSocketAddress at = composed.server().address();
        HostPort shown =
                new HostPort(at.getAddress().isAnyLocalAddress() ? "localhost" : at.getHostString(), at.getPort());
        return (secure ? "https://" : "http://") + shown;
    }

    /** What is broken for good; a full or read-only disk is not: that can be mended while this runs. */
    @Override
    public Optional<String> failure() {
        return composed.isBroken() ? composed.obstacle() : Optional.empty();
    }

    /** Newest part first: no new requests, then no more fills, then the store. */
    @Override
    public void close() throws IOException {
        closeAll(parts);
    }

    private static void closeAll(Deque<AutoCloseable> parts) throws IOException {
        IOException failure = null;
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                failure = e instanceof IOException io ? io : new IOException("closing failed", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
