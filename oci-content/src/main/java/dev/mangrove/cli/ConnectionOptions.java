package dev.mangrove.cli;

import dev.mangrove.http.CallerOptions;
import dev.mangrove.http.ProxySettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The flags of every command that talks to a registry. A picocli mixin. */
public final class ConnectionOptions {
    @Option(names = "--plain-http", description = "Speak HTTP without TLS; found out by itself for this machine.")
    private boolean plainHttp;

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "More CA certificates (PEM) to trust, for example the catalog's own.")
    private List<Path> authorities = new ArrayList<>();

    /**
     * Connects to where an artifact is.
     *
     * @param usualHost where names without a host are
     */
    public Remote open(RemoteName name, HostPort usualHost) {
        return open(name.host().orElse(usualHost.toString()));
    }

    /** Connects to a registry at {@code HOST[:PORT]}. */
    public Remote open(String host) {
        CallerOptions options = CallerOptions.usual()
                .with(ProxySettings.fromEnvironment(System.getenv()))
                .trusting(authorities);
        return Remote.open(host, plainHttp ? Optional.of("http") : Optional.empty(), options);
    }

    /** Where the agent of this machine is: {@code MANGROVE_AGENT}, else the usual port. */
    public static HostPort agent() {
        return address("MANGROVE_AGENT");
    }

    /** Where the catalog is: {@code MANGROVE_CATALOG}; without it the agent, which hands pushes on to the catalog. */
    public static HostPort catalog() {
        return System.getenv("MANGROVE_CATALOG") == null ? agent() : address("MANGROVE_CATALOG");
    }

    private static HostPort address(String variable) {
        String set = System.getenv(variable);
        if (set == null || set.isBlank()) {
            return new HostPort("127.0.0.1", 7979);
        }
        try {
            return HostPort.parse(set.replaceFirst("^https?://", "").replaceFirst("/+$", ""));
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, variable + ": " + e.getMessage(), "");
        }
    }
}
