package dev.mangrove.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Docker's engine of this machine, with its own data, socket and containerd; no bridge, no firewall rules. */
final class DockerEngine implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final TestFolder folder;
    private final ProcessUnderTest process;

    private DockerEngine(TestFolder folder, ProcessUnderTest process) {
        this.folder = folder;
        this.process = process;
    }

    static DockerEngine start() {
        Clients.requireRoot();
        Path dockerd = Clients.require("dockerd");
        Clients.require("docker");
        TestFolder folder = TestFolder.create();
        try {
            Path config = folder.write("daemon.json", "{}");
            List<String> command = List.of(
                    dockerd.toString(),
                    "--config-file=" + config,
                    "--data-root=" + folder.folder("data"),
                    "--exec-root=" + folder.folder("exec"),
                    "--pidfile=" + folder.path().resolve("pid"),
                    "--host=unix://" + folder.path().resolve("docker.sock"),
                    "--iptables=false",
                    "--ip6tables=false",
                    "--bridge=none",
                    "--storage-driver=overlay2");
            return new DockerEngine(folder, ready(folder, command));
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    /** On a busy machine it may give up on its containerd, which by then is there: the second start succeeds. */
    private static ProcessUnderTest ready(TestFolder folder, List<String> command) {
        ProcessUnderTest first = ProcessUnderTest.start("dockerd", folder.path(), Map.of(), command);
        try {
            return awaitReady(first);
        } catch (IllegalStateException e) {
            if (first.isAlive()) {
                first.close();
                throw e;
            }
            first.close(); // whatever it started and left behind
            System.out.println("dockerd is started again: " + e.getMessage());
        }
        ProcessUnderTest second = ProcessUnderTest.start("dockerd-again", folder.path(), Map.of(), command);
        try {
            return awaitReady(second);
        } catch (IllegalStateException e) {
            second.close();
            throw e;
        }
    }

    private static ProcessUnderTest awaitReady(ProcessUnderTest dockerd) {
        return dockerd.awaitLine(line -> line.contains("API listen on"), START_LIMIT);
    }

    Command docker(Object... words) {
        return Command.in(folder.folder("home"), Clients.require("docker"))
                .environment("DOCKER_HOST", "unix://" + folder.path().resolve("docker.sock"))
                .with(words);
    }

    /** Forgets every image, so that the next pull has to fetch. */
    void forgetImages() {
        docker("image", "prune", "--all", "--force").text();
    }

    @Override
    public void close() {
        process.close();
        folder.close();
    }
}
