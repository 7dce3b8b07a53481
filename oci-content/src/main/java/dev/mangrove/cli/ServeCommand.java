package dev.mangrove.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mangrove serve catalog|region|agent}: one role in one process, until it is told to stop. */
@Command(name = "serve", description = "Runs a catalog, a region or an agent until SIGTERM.")
final class ServeCommand implements Callable<Integer> {
    private static final Path USUAL_FILE = Path.of("/etc/mangrove/mangrove.yaml");

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "ROLE", description = "catalog, region or agent")
    private String role = "";

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings in YAML; else $MANGROVE_CONFIG, else /etc/mangrove/mangrove.yaml if it is there.")
    private @Nullable Path file;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "One setting; wins over file and environment.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--check", description = "Only checks the settings.")
    private boolean checkOnly;

    @Override
    public Integer call() throws Exception {
        Role found = Roles.named(role);
        Config config = ConfigLoader.load(configFile(), System.getenv(), settings);
        refuseOtherRole(config);
        refuseForLater(config);
        if (checkOnly) {
            spec.commandLine().getOut().println("settings are fine");
            return ExitCode.DONE.code();
        }
        Logging.level(config.require("log.level"));
        Lifetime lifetime = new Lifetime(spec.commandLine().getErr());
        try {
            Role.Running running = found.start(config);
            lifetime.add(role, running);
            lifetime.endOnSignal();
            spec.commandLine().getErr().println(role + " " + running.url());
            spec.commandLine().getErr().println("ready");
            return lifetime.await().code();
        } catch (IOException | RuntimeException e) {
            lifetime.close();
            throw e;
        }
    }

    private Optional<Path> configFile() {
        if (file != null) {
            return Optional.of(file);
        }
        String variable = System.getenv("MANGROVE_CONFIG");
        if (variable != null && !variable.isBlank()) {
            return Optional.of(Path.of(variable));
        }
        return Optional.of(USUAL_FILE).filter(java.nio.file.Files::exists);
    }

    /** A limit that nobody keeps is worse than none. */
    private static void refuseForLater(Config config) {
        config.values().keySet().stream()
                .filter(ConfigKeys::isForLater)
                .sorted()
                .findFirst()
                .ifPresent(key -> {
                    throw new Failure(
                            ExitCode.USAGE,
                            config.places().getOrDefault(key, "settings") + ": " + key
                                    + " does nothing in this version",
                            "take it out until the release notes name it");
                });
    }

    private void refuseOtherRole(Config config) {
        config.get("role").filter(set -> !set.equals(role)).ifPresent(set -> {
            throw new Failure(
                    ExitCode.USAGE,
                    config.places().getOrDefault("role", "settings") + ": this is the configuration of a " + set
                            + ", not of a " + role,
                    "mangrove serve " + set);
        });
    }
}
