package dev.mangrove.catalog;

import dev.mangrove.catalog.access.Tokens;
import dev.mangrove.catalog.authority.Authority;
import dev.mangrove.catalog.authority.Identity;
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
import dev.mangrove.http.HttpHandler;
import dev.mangrove.http.HttpServer;
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
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** A running catalog, composed top to bottom: store and names, registry, access, server. */
final class Catalog implements Role.Running {
    private static final int MAX_LOOPS = 4;
    private static final int NODE_HEX_CHARS = 12;
    private static final long BALLAST_BYTES = 16L * 1024 * 1024;
    private static final Duration CHORES_EVERY = Duration.ofMinutes(10);

    /** A session that nobody wrote to for so long is not coming back. */
    private static final Duration UPLOAD_IDLE = Duration.ofHours(24);

    private static final Duration TRASH_KEPT = Duration.ofHours(24);

    private final Closing parts;
    private final String url;

    private Catalog(Closing parts, String url) {
        this.parts = parts;
        this.url = url;
    }

    static Catalog start(CatalogConfig config) throws IOException {
        Closing parts = new Closing();
        try {
            return start(config, parts);
        } catch (IOException | RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private static Catalog start(CatalogConfig config, Closing parts) throws IOException {
        InstantSource clock = InstantSource.system();
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
        parts.add(Housekeeping.start(
                CHORES_EVERY,
                List.of(
                        new Housekeeping.Chore("reaping abandoned uploads", () -> store.uploads()
                                .reap(UPLOAD_IDLE)),
                        new Housekeeping.Chore("emptying the trash", () -> store.emptyTrash(TRASH_KEPT)),
                        new Housekeeping.Chore("compacting the names log", names::compactIfLarge))));

        byte[] tokenKey = secrets.key("tokens");
        Entrance entrance = Entrance.of(config, new Tokens(tokenKey, clock, random), clock, random);
        HttpHandler protocol = new DistributionServer(
                deltas.registry(),
                Optional.of(deltas.pushes()),
                entrance.access(),
                Naming.homeOnly(config.names()),
                node(config, tokenKey));
        HttpHandler routes = new AccessLog(
                metrics, new Probes(metrics, () -> obstacle(store), new Routes(entrance.token(), protocol)));

        ServerOptions options = ServerOptions.at(config.listen());
        Optional<ServerTls> tls = config.tls() ? Optional.of(tls(config, trust, clock, random)) : Optional.empty();
        Transport transport = parts.add(Transport.open(loops()));
        HttpServer server =
                parts.add(HttpServer.start(transport, tls.map(options::with).orElse(options), routes));
        return new Catalog(parts, url(server.address(), config.tls()));
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
        return metrics;
    }

    /** A store that could not sync a file takes no more pushes; it reads on until the process is restarted. */
    private static Optional<String> obstacle(FileStore store) {
        return store.failure().map(_ -> "the disk failed; check it, then restart");
    }

    /** What this catalog is called in {@code Via}. */
    private static String node(CatalogConfig config, byte[] secret) {
        return config.node()
                .orElseGet(() -> "catalog-"
                        + Digest.ofBytes(Algorithm.SHA256, secret).hex().substring(0, NODE_HEX_CHARS));
    }

    private static ServerTls tls(CatalogConfig config, Path trust, InstantSource clock, SecureRandom random)
            throws IOException {
        if (config.certificate().isPresent()) {
            return ServerTls.ofPem(
                    config.certificate().get().chain(),
                    config.certificate().get().key());
        }
        Identity identity = Authority.open(trust, clock, random).server(config.names());
        return ServerTls.of(identity.key(), identity.chain());
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

    @Override
    public void close() throws IOException {
        parts.close();
    }
}
