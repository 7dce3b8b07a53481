package dev.mangrove.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One process of Mangrove, run by the program a user runs: {@code mangrove serve ROLE --config FILE}. */
public final class MangroveProcess implements AutoCloseable {
    /** A host name of the catalog, as containerd sends it in {@code ?ns=}; it leads nowhere here. */
    static final String HOME_NAME = "models.example.com";

    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final String role;
    private final int port;
    private final Path folder;
    private final Path config;
    private ProcessUnderTest process;

    private MangroveProcess(String role, int port, Path folder, Path config, ProcessUnderTest process) {
        this.role = role;
        this.port = port;
        this.folder = folder;
        this.config = config;
        this.process = process;
    }

    /** Starts a role on a free port with its store in {@code folder} and waits until it is ready. */
    public static MangroveProcess start(String role, Path folder, String... settings) {
        int port = FreePort.next();
        try {
            Files.createDirectories(folder);
            List<String> lines = new ArrayList<>(List.of(
                    "role: " + role,
                    "node: test-" + role,
                    "listen:",
                    "  registry: 127.0.0.1:" + port,
                    "tls:",
                    "  names:",
                    "    - " + HOME_NAME));
            lines.addAll(withUsualSizes(folder, settings));
            Path config = Files.write(folder.resolve(role + ".yaml"), lines);
            MangroveProcess started = new MangroveProcess(role, port, folder, config, launch(role, folder, config));
            return started.awaitReady();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Shares of the machine's disk would be nothing where it is nearly full: sizes, unless the test sets its own. */
    private static List<String> withUsualSizes(Path folder, String... settings) {
        List<String> lines = new ArrayList<>(List.of(settings));
        int store = lines.indexOf("store:");
        if (store < 0) {
            lines.addAll(List.of("store:", "  path: " + folder.resolve("store")));
            store = lines.indexOf("store:");
        }
        if (lines.stream().noneMatch(line -> line.startsWith("  reserve:"))) {
            lines.add(store + 1, "  reserve: 1MB");
        }
        if (!lines.contains("delta:")) {
            lines.addAll(List.of("delta:", "  budget: 256MB"));
        }
        return lines;
    }

    private static ProcessUnderTest launch(String role, Path folder, Path config) {
        return ProcessUnderTest.start(
                "mangrove-" + role,
                folder,
                Map.of("MANGROVE_BUILD", "off", "LC_ALL", "C"),
                List.of(program().toString(), "serve", role, "--config", config.toString()));
    }

    private MangroveProcess awaitReady() {
        try {
            process.awaitLine(line -> line.endsWith("ready"), START_LIMIT);
            return this;
        } catch (IllegalStateException e) {
            process.close();
            throw e;
        }
    }

    /** The launcher in the root of the checkout. */
    static Path program() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path launcher = at.resolve("mangrove");
            if (Files.isExecutable(launcher) && Files.isRegularFile(launcher)) {
                return launcher;
            }
        }
        throw new AssertionError("no launcher `mangrove` above " + Path.of("").toAbsolutePath());
    }

    /** A verb of the program, to be run to its end. */
    static Command verb(Path folder, Object... words) {
        return Command.in(folder, program())
                .environment("MANGROVE_BUILD", "off")
                .with(words);
    }

    public String role() {
        return role;
    }

    public int port() {
        return port;
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    public String url() {
        return "http://" + address();
    }

    public Path store() {
        return folder.resolve("store");
    }

    /** Process id. */
    public long pid() {
        return process.pid();
    }

    ProcessUnderTest process() {
        return process;
    }

    Face face() {
        return new Face(role, port, () -> metric("mangrove_blob_response_bytes_total"));
    }

    /** The sum of a metric over its labels; with {@code label="value"} texts, over those that have them all. */
    public long metric(String name, String... labels) {
        double sum = 0;
        for (String line : metrics().lines().toList()) {
            boolean named = line.startsWith(name + "{") || line.startsWith(name + " ");
            if (named && Stream.of(labels).allMatch(line::contains)) {
                sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        return (long) sum;
    }

    String metrics() {
        try (Wire wire = new Wire(url())) {
            return wire.get("/metrics").expect(200).text();
        }
    }

    /** SIGKILL, then a new process on the same store and port. */
    void crashAndRestart() {
        process.kill();
        process = launch(role, folder, config);
        awaitReady();
    }

    void restart() {
        process.stop();
        process = launch(role, folder, config);
        awaitReady();
    }

    /** Names of the files under a folder of the store, sub-folders included; empty if there is no such folder. */
    List<String> storeFiles(String below) {
        Path root = store().resolve(below);
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
