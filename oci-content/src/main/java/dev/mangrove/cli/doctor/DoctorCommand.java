package dev.mangrove.cli.doctor;

import dev.mangrove.cli.Amount;
import dev.mangrove.cli.Config;
import dev.mangrove.cli.ConfigKeys;
import dev.mangrove.cli.ConfigLoader;
import dev.mangrove.cli.ConnectionOptions;
import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.cli.HostPort;
import dev.mangrove.cli.RegistryHost;
import dev.mangrove.cli.Remote;
import dev.mangrove.cli.store.Stores;
import dev.mangrove.content.files.StoreReading;
import dev.mangrove.distribution.client.ClientSettings;
import dev.mangrove.http.CallerOptions;
import dev.mangrove.http.NettyHttpCaller;
import dev.mangrove.http.ProxySettings;
import dev.mangrove.http.Transport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mangrove doctor}: what is wrong, and what to do about it. */
@Command(
        name = "doctor",
        description = {
            "Looks at the settings, ports, disk, clock, store, parents and docker of a node, or at the way to a"
                    + " registry.",
            "A line for each: OK, WARN or FAIL, and what to do next. Changes nothing.",
            "Exit code: 0 all is well, 6 a warning, 1 a failure."
        })
final class DoctorCommand implements Callable<Integer> {
    private static final String NODE = "mangrove-doctor";
    private static final String USUAL_RESERVE = "5%";
    private static final Path DOCKER = Path.of("/etc/docker");

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(index = "0", arity = "0..1", paramLabel = "HOST", description = "A registry to look at the way to.")
    private @Nullable String host;

    @Option(names = "--config", paramLabel = "FILE", description = "The settings of the node to look at.")
    private @Nullable Path config;

    @Option(names = "--data", paramLabel = "DIR", description = "A store, or the folder given to `mangrove up`.")
    private @Nullable Path data;

    private final List<Finding> findings = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        if (host == null && config == null && data == null) {
            throw new Failure(
                    ExitCode.USAGE,
                    "it is not said what to look at",
                    "mangrove doctor --config FILE, --data DIR or HOST");
        }
        if (config != null) {
            lookAtNode(config);
        }
        if (data != null) {
            for (Path store : Stores.under(data)) {
                findings.addAll(StoreCheck.of(store));
                findings.addAll(DiskCheck.of(store, Amount.parse(USUAL_RESERVE)));
            }
        }
        if (host != null) {
            lookAtWayTo(RegistryHost.of(host));
        }
        print(spec.commandLine().getOut());
        return exitCode(findings).code();
    }

    static ExitCode exitCode(List<Finding> findings) {
        return switch (findings.stream()
                .map(Finding::grade)
                .max(Finding.Grade::compareTo)
                .orElse(Finding.Grade.OK)) {
            case OK -> ExitCode.DONE;
            case WARN -> ExitCode.PARTIAL;
            case FAIL -> ExitCode.ERROR;
        };
    }

    private void lookAtNode(Path file) throws IOException {
        Config settings;
        try {
            settings = ConfigLoader.load(Optional.of(file), System.getenv(), List.of());
        } catch (Failure wrong) {
            findings.add(Finding.fail("settings", String.valueOf(wrong.getMessage()), wrong.hint()));
            return;
        }
        findings.add(settings.values().keySet().stream()
                .filter(ConfigKeys::isForLater)
                .sorted()
                .findFirst()
                .map(key ->
                        Finding.fail("settings", file + " sets " + key + ", which this version refuses", "take it out"))
                .orElse(Finding.ok("settings", file + " is fine")));
        Path store = Path.of(settings.require("store.path"));
        findings.addAll(StoreCheck.of(store));
        Amount reserve = settings.amount("store.reserve").orElse(Amount.parse(USUAL_RESERVE));
        findings.addAll(DiskCheck.of(store, reserve));
        boolean owned =
                StoreReading.isStore(store) && new StoreReading(store).owner().isPresent();
        lookAround(settings, owned);
    }

    private void lookAround(Config settings, boolean owned) throws IOException {
        HostPort address = settings.address("listen.registry").orElseThrow();
        try (Transport transport = Transport.open(1);
                NettyHttpCaller http = caller(transport, List.of())) {
            findings.add(PortCheck.of("listen.registry", address, owned, http));
            for (RemotePlan plan : RemotePlan.of(settings)) {
                try (NettyHttpCaller trusting = caller(transport, plan.authorities())) {
                    findings.addAll(plan.check().run(trusting, ClientSettings.of(NODE)));
                }
            }
        }
        if (Files.isDirectory(DOCKER)) {
            boolean tls = settings.isOn("tls.enabled")
                    || settings.get("tls.certificate").isPresent();
            findings.add(new DockerCheck(DOCKER).of(address, tls));
        }
    }

    private static NettyHttpCaller caller(Transport transport, List<Path> authorities) {
        return new NettyHttpCaller(
                transport,
                CallerOptions.usual()
                        .with(ProxySettings.fromEnvironment(System.getenv()))
                        .trusting(authorities));
    }

    private void lookAtWayTo(String registry) {
        try (Remote remote = connection.open(RegistryHost.toConnect(registry))) {
            RemoteCheck check = new RemoteCheck("registry", remote.url(), Remote.logins(), true);
            findings.addAll(check.run(remote.http(), ClientSettings.of(NODE)));
        }
    }

    private void print(PrintWriter out) {
        for (Finding finding : findings) {
            out.printf("%-4s  %s: %s%n", finding.grade(), finding.what(), finding.detail());
            if (!finding.next().isEmpty()) {
                out.println("      -> " + finding.next());
            }
        }
    }
}
