package dev.mangrove.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mangrove up}: all roles in one process, on this machine only, with settings that need no file. */
@Command(
        name = "up",
        description = {
            "Runs catalog, region and agent in one process until Ctrl-C, reachable from this machine only.",
            "Prints lines to paste, then \"ready\"."
        })
final class UpCommand implements Callable<Integer> {
    private static final int CATALOG_PORT = 7977;

    /** Somebody who tries things out moves tags and wants to see it. */
    private static final String FRESHNESS = "5s";

    /** Registries of the world that can be pulled from through the agent without any settings. */
    private static final List<String> UPSTREAMS = List.of(
            "docker.io",
            "ghcr.io",
            "quay.io",
            "registry.k8s.io",
            "gcr.io",
            "mcr.microsoft.com",
            "public.ecr.aws",
            "nvcr.io");

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "Where the stores are; made if absent.")
    @SuppressWarnings("NullAway.Init") // required
    private Path data;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Of the catalog; region and agent take the two after it. 0: any free ones. Usual: 7977.")
    private int port = CATALOG_PORT;

    @Override
    public Integer call() throws Exception {
        if (port < 0 || port > 0xFFFF - 2) {
            throw new Failure(ExitCode.USAGE, "there is no port " + port, "use 0 to 65533");
        }
        Files.createDirectories(data);
        Logging.level("info");
        PrintWriter out = spec.commandLine().getOut();
        Lifetime lifetime = new Lifetime(spec.commandLine().getErr());
        try {
            String catalog = start(lifetime, "catalog", 0, Map.of());
            String region = start(lifetime, "region", 1, upstreams(Map.of("parents.0.url", catalog)));
            String agent = start(lifetime, "agent", 2, Map.of("parents.0.url", region));
            lifetime.endOnSignal();
            out.println("catalog   " + catalog);
            out.println("region    " + region);
            out.println("agent     " + agent);
            tellWhatToPaste(out, agent.substring(agent.indexOf("://") + 3));
            out.println("ready");
            out.flush();
            return lifetime.await().code();
        } catch (IOException | RuntimeException e) {
            lifetime.close();
            throw e;
        }
    }

    private String start(Lifetime lifetime, String role, int place, Map<String, String> more) throws IOException {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("node", "up-" + role);
        settings.put("listen.registry", "127.0.0.1:" + (port == 0 ? 0 : port + place));
        settings.put("store.path", data.resolve(role).toString());
        settings.put("store.reserve", "2%");
        settings.put("freshness.window", FRESHNESS);
        Role.Running running = Roles.named(role).start(Config.of(settings));
        lifetime.add(role, running);
        return running.url();
    }

    private static Map<String, String> upstreams(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        for (int i = 0; i < UPSTREAMS.size(); i++) {
            all.put("upstreams." + i + ".registry", UPSTREAMS.get(i));
        }
        return all;
    }

    private static void tellWhatToPaste(PrintWriter out, String agent) {
        out.println();
        out.println("docker    docker pull " + agent + "/docker.io/library/alpine");
        out.println("          docker push " + agent + "/acme/app:1.0");
        out.println("ctr       ctr image pull --plain-http " + agent + "/docker.io/library/alpine:latest");
        String program = System.getProperty("mangrove.program", "mangrove"); // as it was called
        out.println("model     " + program + " publish ./model " + agent + "/acme/detector:1.0");
        out.println("          " + program + " pull " + agent + "/acme/detector:1.0");
        out.println();
    }
}
