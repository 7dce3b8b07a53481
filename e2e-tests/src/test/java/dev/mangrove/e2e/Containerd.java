package dev.mangrove.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A containerd of its own: Debian's 1.6, or containerd 2 as `.ci/clients` builds it. */
final class Containerd implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final TestFolder folder;
    private final ProcessUnderTest process;
    private final Path ctr;

    private Containerd(TestFolder folder, ProcessUnderTest process, Path ctr) {
        this.folder = folder;
        this.process = process;
        this.ctr = ctr;
    }

    static Containerd one() {
        return start("containerd", "ctr", """
                version = 2
                disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.btrfs",
                  "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs",
                  "io.containerd.snapshotter.v1.devmapper", "io.containerd.internal.v1.opt"]
                """);
    }

    static Containerd two() {
        return start("containerd2", "ctr2", """
                version = 3
                disabled_plugins = ["io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime", "io.containerd.grpc.v1.cri",
                  "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs",
                  "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.erofs",
                  "io.containerd.snapshotter.v1.blockfile", "io.containerd.internal.v1.opt", "io.containerd.nri.v1.nri"]
                """);
    }

    private static Containerd start(String daemon, String client, String config) {
        Clients.requireRoot();
        Path program = Clients.require(daemon);
        Path ctr = Clients.require(client);
        TestFolder folder = TestFolder.create();
        try {
            Path file = folder.write(
                    "config.toml",
                    config
                            + """
                            root = "%s"
                            state = "%s"
                            [grpc]
                            address = "%s"
                            """.formatted(
                                            folder.folder("root"),
                                            folder.folder("state"),
                                            folder.path().resolve("c.sock")));
            ProcessUnderTest process = ProcessUnderTest.start(
                    daemon, folder.path(), Map.of(), List.of(program.toString(), "-c", file.toString()));
            try {
                process.awaitLine(line -> line.contains("containerd successfully booted"), START_LIMIT);
            } catch (IllegalStateException e) {
                process.close();
                throw e;
            }
            return new Containerd(folder, process, ctr);
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    Command ctr(Object... words) {
        return Command.in(folder.folder("home"), ctr)
                .with("-a", folder.path().resolve("c.sock"))
                .with(words);
    }

    /**
     * A folder for {@code --hosts-dir} that sends one registry's name to {@code address} as a mirror. The name itself
     * leads to a closed port, so that nothing can be fetched around the mirror.
     */
    Path hosts(String registry, String address) {
        folder.write("hosts/" + registry + "/hosts.toml", """
                server = "http://127.0.0.1:1"
                [host."http://%s"]
                capabilities = ["pull", "resolve"]
                """.formatted(address));
        return folder.path().resolve("hosts");
    }

    /** Forgets every image and its content, so that the next pull has to fetch. */
    void forgetImages() {
        for (String image : ctr("images", "ls", "-q").text().lines().toList()) {
            ctr("images", "rm", "--sync", image).text();
        }
    }

    @Override
    public void close() {
        process.close();
        folder.close();
    }
}
