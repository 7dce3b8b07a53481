package dev.mangrove.proxy.node;

import dev.mangrove.cli.Amount;
import dev.mangrove.cli.Config;
import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.cli.HostPort;
import dev.mangrove.content.Origin;
import dev.mangrove.distribution.client.RegistryUrl;
import dev.mangrove.oci.InvalidNameException;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.RepositoryName;
import dev.mangrove.proxy.pullthrough.Freshness;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The settings of a region or an agent, read and checked once.
 *
 * @param node names this process in {@code Via}
 * @param fullFallback whether a blob may be asked for whole when a delta to it failed
 * @param parents where home names come from, in order
 * @param upstreams foreign registries
 * @param tls certificate and key files; empty: plain HTTP
 * @param homeNames host names of the home catalog: containerd names the registry it means in {@code ?ns=}, home or foreign
 */
public record NodeSettings(
        String node,
        HostPort listen,
        Optional<Tls> tls,
        Path storePath,
        Optional<Amount> quota,
        Amount reserve,
        Freshness freshness,
        boolean fullFallback,
        List<ParentSettings> parents,
        List<ForeignSettings> upstreams,
        Set<String> homeNames) {
    public NodeSettings {
        homeNames = Set.copyOf(homeNames);
        parents = List.copyOf(parents);
        upstreams = List.copyOf(upstreams);
    }

    /** How the server proves who it is: PEM files. */
    public record Tls(Path certificate, Path key) {}

    /** A parent, and what it is; empty: what is usual for the role. */
    public record ParentSettings(RemoteSettings remote, Optional<Origin> origin) {}

    /** A foreign registry, and which of its repositories the entry is for. */
    public record ForeignSettings(String registry, Optional<RepositoryName> prefix, RemoteSettings remote) {}

    /** Whether it reads with a login of its own from anywhere. */
    public boolean hasLogin() {
        return parents.stream().anyMatch(parent -> parent.remote().account().isPresent())
                || upstreams.stream()
                        .anyMatch(foreign -> foreign.remote().account().isPresent());
    }

    /**
     * Reads them.
     *
     * @param role part of the node's name where none is set
     * @throws Failure naming the setting that is wrong
     */
    public static NodeSettings of(Config config, String role) {
        return new NodeSettings(
                config.get("node").orElseGet(() -> role + "-" + randomName()),
                config.address("listen.registry").orElse(HostPort.parse("127.0.0.1:7979")),
                tls(config),
                config.path("store.path").orElseThrow(() -> missing("store.path")),
                config.amount("store.quota"),
                config.amount("store.reserve").orElse(Amount.parse("5%")),
                freshness(config),
                config.get("delta.full-fallback").filter("deny"::equals).isEmpty(),
                config.items("parents").stream()
                        .map(item -> new ParentSettings(RemoteSettings.of(item, url(item)), origin(item)))
                        .toList(),
                upstreams(config),
                new TreeSet<>(config.list("tls.names")));
    }

    private static Optional<Origin> origin(Config parent) {
        return parent.get("role").map(role -> role.equals("catalog") ? Origin.CATALOG : Origin.REGION);
    }

    private static Optional<Tls> tls(Config config) {
        Optional<Path> certificate = config.path("tls.certificate");
        Optional<Path> key = config.path("tls.key");
        if (certificate.isPresent() != key.isPresent()) {
            throw new Failure(ExitCode.USAGE, "TLS needs both tls.certificate and tls.key", "");
        }
        if (config.isOn("tls.enabled") && certificate.isEmpty()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "tls.enabled needs tls.certificate and tls.key: only a catalog makes a certificate by itself",
                    "");
        }
        return certificate.map(file -> new Tls(file, key.orElseThrow()));
    }

    private static Freshness freshness(Config config) {
        String policy = config.get("freshness.policy").orElse("stale-ok");
        return new Freshness(
                config.duration("freshness.window").orElse(Freshness.DEFAULT.window()),
                Freshness.Policy.valueOf(policy.toUpperCase(Locale.ROOT).replace('-', '_')));
    }

    private static List<ForeignSettings> upstreams(Config config) {
        List<ForeignSettings> upstreams = new ArrayList<>();
        for (Config item : config.items("upstreams")) {
            String registry = item.get("registry").orElseThrow(() -> missing("upstreams.N.registry"));
            try {
                // as a name in a request would spell it, so that the two compare equal
                String canonical = Location.foreign(registry, "x").registry().orElseThrow();
                upstreams.add(new ForeignSettings(
                        canonical,
                        item.get("prefix").map(RepositoryName::new),
                        RemoteSettings.of(item, item.get("url").isPresent() ? url(item) : usual(canonical))));
            } catch (InvalidNameException e) {
                throw new Failure(ExitCode.USAGE, "upstreams: " + e.getMessage(), "");
            }
        }
        return upstreams;
    }

    private static RegistryUrl url(Config item) {
        URI url = item.url("url").orElseThrow(() -> missing("url"));
        try {
            return RegistryUrl.parse(url.toString());
        } catch (InvalidNameException e) {
            throw new Failure(ExitCode.USAGE, "url: " + e.getMessage(), "");
        }
    }

    /** Docker Hub's registry goes by another host than its name. */
    private static RegistryUrl usual(String registry) {
        return RegistryUrl.parse("https://" + (registry.equals("docker.io") ? "registry-1.docker.io" : registry));
    }

    private static String randomName() {
        return Integer.toHexString(
                java.util.concurrent.ThreadLocalRandom.current().nextInt());
    }

    private static Failure missing(String key) {
        return new Failure(ExitCode.USAGE, "the setting " + key + " is missing", "");
    }
}
