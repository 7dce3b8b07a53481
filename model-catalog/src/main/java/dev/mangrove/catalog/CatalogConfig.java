package dev.mangrove.catalog;

import dev.mangrove.catalog.access.Rule;
import dev.mangrove.catalog.access.Rules;
import dev.mangrove.cli.Amount;
import dev.mangrove.cli.Config;
import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.cli.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The settings of a catalog.
 *
 * @param names host names of this catalog: in its certificate, and accepted as {@code ?ns=}
 * @param certificate PEM files of a certificate from elsewhere and its key; empty: the catalog's own authority issues one
 * @param deltaBudget most that the deltas of one repository take, of the file system or as a size
 * @param users htpasswd file; empty: whoever is on this machine may push, everyone may pull
 */
record CatalogConfig(
        Path store,
        Optional<Amount> quota,
        Amount reserve,
        InetSocketAddress listen,
        boolean tls,
        Set<String> names,
        Optional<Certificate> certificate,
        Optional<Path> users,
        Rules rules,
        Amount deltaBudget,
        Optional<String> node) {
    private static final HostPort USUAL_LISTEN = new HostPort("127.0.0.1", 7977);
    private static final Path USUAL_STORE = Path.of("/var/lib/mangrove");
    private static final Amount USUAL_RESERVE = Amount.parse("5%");
    private static final Amount USUAL_DELTA_BUDGET = Amount.parse("5%");

    /** Files of a certificate chain and its key. */
    record Certificate(Path chain, Path key) {}

    CatalogConfig {
        names = Set.copyOf(names);
    }

    static CatalogConfig of(Config config) {
        InetSocketAddress listen = address(config.address("listen.registry").orElse(USUAL_LISTEN));
        boolean tls = config.get("tls.enabled").isPresent()
                ? config.isOn("tls.enabled")
                : !listen.getAddress().isLoopbackAddress();
        return new CatalogConfig(
                config.path("store.path").orElse(USUAL_STORE),
                config.amount("store.quota"),
                config.amount("store.reserve").orElse(USUAL_RESERVE),
                listen,
                tls,
                new TreeSet<>(config.list("tls.names")),
                certificate(config),
                config.path("access.users"),
                rules(config),
                config.amount("delta.budget").orElse(USUAL_DELTA_BUDGET),
                config.get("node"));
    }

    private static InetSocketAddress address(HostPort text) {
        try {
            return new InetSocketAddress(InetAddress.getByName(text.host()), text.port());
        } catch (UnknownHostException e) {
            throw new Failure(
                    ExitCode.USAGE,
                    "listen.registry: there is no host " + text.host(),
                    "use an address of this machine");
        }
    }

    private static Optional<Certificate> certificate(Config config) {
        Optional<Path> chain = config.path("tls.certificate");
        Optional<Path> key = config.path("tls.key");
        if (chain.isPresent() != key.isPresent()) {
            throw new Failure(ExitCode.USAGE, "tls.certificate and tls.key go together", "set both, or neither");
        }
        return chain.flatMap(found -> key.map(secret -> new Certificate(found, secret)));
    }

    private static Rules rules(Config config) {
        List<Rule> rules = new ArrayList<>();
        for (Config item : config.items("access.rules")) {
            try {
                rules.add(new Rule(
                        item.get("user").orElse(""),
                        item.get("namespace").orElse(""),
                        Rule.actions(item.get("allow").orElse(""))));
            } catch (IllegalArgumentException e) {
                throw new Failure(
                        ExitCode.USAGE,
                        "access.rules." + rules.size() + ": " + e.getMessage(),
                        "a rule is {user: NAME, namespace: NAME, allow: \"pull,push\"}");
            }
        }
        boolean anonymousPull = config.get("access.anonymous-pull").isEmpty() || config.isOn("access.anonymous-pull");
        return new Rules(anonymousPull, rules);
    }
}
