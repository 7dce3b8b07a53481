package dev.mangrove.catalog;

import dev.mangrove.catalog.access.Tokens;
import dev.mangrove.catalog.authority.Secrets;
import dev.mangrove.catalog.delta.CountedDeltas;
import dev.mangrove.catalog.delta.DeltaEvents;
import dev.mangrove.catalog.delta.Deltas;
import dev.mangrove.catalog.registry.CatalogPushes;
import dev.mangrove.catalog.registry.CatalogRegistry;
import dev.mangrove.cli.Role;
import dev.mangrove.content.Housekeeping;
import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.files.StoreLimits;
import dev.mangrove.content.keyvalue.RocksKeyValue;
import dev.mangrove.content.log.FollowingNames;
import dev.mangrove.distribution.Access;
import dev.mangrove.distribution.DistributionServer;
import dev.mangrove.distribution.Naming;
import dev.mangrove.http.CertificateWatch;
import dev.mangrove.http.HttpHandler;
import dev.mangrove.http.HttpServer;
import dev.mangrove.http.MemoryUse;
import dev.mangrove.http.OwnNames;
import dev.mangrove.http.ServerOptions;
import dev.mangrove.http.ServerTls;
import dev.mangrove.http.Transport;
import dev.mangrove.observe.AccessLog;
import dev.mangrove.observe.Metrics;
import dev.mangrove.observe.Probes;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** A running catalog, composed top to bottom: store and names, registry, access, server. */
final class Catalog implements Role.Running {
    private static final int MAX_LOOPS = 4;
    private static final int NODE_HEX_CHARS = 12;
    private static final long BALLAST_BYTES = 16L * 1024 * 1024;
    private final Closing parts;
    private final FileStore store;
    private final FollowingNames names;
    private final String url;

    private Catalog(Closing parts, FileStore store, FollowingNames names, String url) {
        this.parts = parts;
        this.store = store;
        this.names = names;
        this.url = url;
    }

    static Catalog start(CatalogConfig config) throws IOException {
        return start(config, InstantSource.system(), Upkeep.Rhythm.USUAL);
    }

    static Catalog start(CatalogConfig config, InstantSource clock, Upkeep.Rhythm rhythm) throws IOException {
        Closing parts = new Closing();
        try {
            return start(config, clock, rhythm, parts);
        } catch (IOException | RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private static Catalog start(CatalogConfig config, InstantSource clock, Upkeep.Rhythm rhythm, Closing parts)
            throws IOException {
        SecureRandom random = new SecureRandom();
        Path trust = config.store().resolve("trust");
        Secrets secrets = new Secrets(trust, random);

        StoreLimits limits = limits(config);
        FileStore store = parts.add(FileStore.open(config.store(), limits, clock));
        FollowingNames names = parts.add(FollowingNames.open(store, RocksKeyValue.open(store.indexDirectory()), clock));
        CatalogRegistry registry = new CatalogRegistry(
                store, names, (repository, caller) -> config.rules().allow(caller, repository, Access.Action.PULL));
        CatalogPushes pushes =
                new CatalogPushes(store, store.uploads(), names, registry, secrets.key("uploads"), clock);
        Metrics metrics = metrics(store, limits);
        Deltas deltas = parts.add(Deltas.open(
                new Deltas.Parts(store, names, registry, pushes),
                deltaSettings(config, store),
                clock,
                new CountedDeltas(metrics, DeltaEvents.logging())));
        metrics.gauge("mangrove_delta_queue", "Delta jobs that wait or are under way.", deltas::queueDepth);
        parts.add(Housekeeping.start(rhythm.chores(), Upkeep.chores(store, names)));
        parts.add(Housekeeping.start(rhythm.sweep(), List.of(Upkeep.sweep(store, names, clock, metrics))));
        registry.bounds(metrics::bounded);
        pushes.bounds(metrics::bounded);
        deltas.bounds(metrics::bounded);

        byte[] tokenKey = secrets.key("tokens");
        Entrance entrance = Entrance.of(config, new Tokens(tokenKey, clock, random), clock, random);
        HttpHandler protocol = new DistributionServer(
                deltas.registry(),
                Optional.of(deltas.pushes()),
                entrance.access(),
                Naming.homeOnly(config.names()),
                node(config, tokenKey));
        HttpHandler routes = new AccessLog(
                metrics, new Probes(metrics, () -> obstacle(store, names), new Routes(entrance.token(), protocol)));

        Transport transport = parts.add(Transport.open(loops()));
        Optional<CertificateWatch.Source> certificates =
                config.tls() ? Optional.of(Certificates.of(config, trust, clock, random)) : Optional.empty();
        HttpServer server = listen(config, transport, certificates, routes, rhythm, parts);
        metrics.bounded("connections", server.maxConnections(), server::connections);
        metrics.bounded("request_bytes", server.maxUnreadBytes(), server::unreadBytes);
        return new Catalog(parts, store, names, url(server.address(), config.tls()));
    }

    private static HttpServer listen(
            CatalogConfig config,
            Transport transport,
            Optional<CertificateWatch.Source> certificates,
            HttpHandler routes,
            Upkeep.Rhythm rhythm,
            Closing parts)
            throws IOException {
        ServerOptions plain = ServerOptions.at(config.listen());
        if (certificates.isEmpty()) {
            HttpHandler guarded = OwnNames.guard(routes, config.listen(), config.names());
            return parts.add(HttpServer.start(transport, plain, guarded));
        }
        ServerTls shown = certificates.get().current();
        HttpServer server = parts.add(HttpServer.start(transport, plain.with(shown), routes));
        CertificateWatch watch = new CertificateWatch(server, certificates.get(), shown);
        parts.add(Housekeeping.start(
                rhythm.chores(), List.of(new Housekeeping.Chore("renewing the certificate", watch::look))));
        return server;
    }

    private static StoreLimits limits(CatalogConfig config) throws IOException {
        Files.createDirectories(config.store());
        long diskBytes = Files.getFileStore(config.store()).getTotalSpace();
        long quota = config.quota().map(amount -> amount.of(diskBytes)).orElse(Long.MAX_VALUE);
        return new StoreLimits(quota, config.reserve().of(diskBytes), BALLAST_BYTES);
    }

    private static Deltas.Settings deltaSettings(CatalogConfig config, FileStore store) throws IOException {
        long diskBytes = Files.getFileStore(config.store()).getTotalSpace();
        return new Deltas.Settings(
                config.deltaBudget().of(diskBytes),
                store::lackingBytes,
                config.store().resolve("scratch"));
    }

    private static Metrics metrics(FileStore store, StoreLimits limits) {
        Metrics metrics = Metrics.ofProcess();
        metrics.gauge("mangrove_store_bytes", "Bytes of everything in the store.", store::usedBytes);
        metrics.gauge("mangrove_store_limit_bytes", "Most bytes the store may take.", limits::quotaBytes);
        store.bounds(metrics::bounded);
        MemoryUse.describe(metrics::gauge);
        return metrics;
    }

    private static Optional<String> obstacle(FileStore store, FollowingNames names) {
        return store.obstacle().or(() -> names.failure().map(_ -> "the index of names failed: restart this process"));
    }

    /** What this catalog is called in {@code Via}. */
    private static String node(CatalogConfig config, byte[] secret) {
        return config.node()
                .orElseGet(() -> "catalog-"
                        + Digest.ofBytes(Algorithm.SHA256, secret).hex().substring(0, NODE_HEX_CHARS));
    }

    private static int loops() {
        return Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MAX_LOOPS);
    }

    private static String url(InetSocketAddress address, boolean tls) {
        String host = address.getAddress().isAnyLocalAddress()
                ? "localhost"
                : address.getAddress().getHostAddress();
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return (tls ? "https://" : "http://") + shown + ":" + address.getPort();
    }

    @Override
    public String url() {
        return url;
    }

    /** What is broken for good; a full or read-only disk is not: that can be mended while this runs. */
    @Override
    public Optional<String> failure() {
        return store.failure().isPresent() || names.failure().isPresent() ? obstacle(store, names) : Optional.empty();
    }

    @Override
    public void close() throws IOException {
        parts.close();
    }
}
