package dev.mangrove.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** helm knows only charts: what it pushes is a small chart of its own, and it pulls what it has pushed. */
final class HelmClient extends RegistryClient {
    static final String CHART = "detector";
    static final String VERSION = "1.0.0+build.1";
    /** A tag cannot have a plus, and helm writes an underscore for it. */
    static final String TAG = "1.0.0_build.1";

    private final TestFolder folder = TestFolder.create();
    private final Path helm = Clients.require("helm");

    private Command helm(Object... words) {
        return Command.in(folder.folder("home"), helm).with(words);
    }

    @Override
    String version() {
        return "3.22.0"; // `helm version` tells only the minor version of what `go install` built
    }

    @Override
    void login(String registry, String user, String password) {
        helm("registry", "login", "--plain-http", "--username", user, "--password", password, registry)
                .text();
    }

    /** Pushes to {@code repository/detector:1.0.0_build.1} whatever the tag asked for. */
    @Override
    String push(String registry, String repository, String tag, TestImage image) {
        folder.write("home/chart/Chart.yaml", "apiVersion: v2\nname: " + CHART + "\nversion: " + VERSION + "\n");
        folder.write("home/chart/templates/model.yaml", "# " + image.digest() + "\n");
        helm("package", "chart").text();
        String said = helm(
                        "push", "--plain-http", CHART + "-" + VERSION + ".tgz", "oci://" + registry + "/" + repository)
                .run()
                .succeeded()
                .all();
        return digestIn(said);
    }

    @Override
    List<String> pull(String registry, String repository, String reference, TestImage expected) {
        Path target = folder.folder("pull");
        String chart = "oci://" + registry + "/" + repository + "/" + CHART;
        Command pull = reference.startsWith("sha256:")
                ? helm("pull", "--plain-http", "-d", target, chart + "@" + reference)
                : helm("pull", "--plain-http", "-d", target, chart, "--version", VERSION);
        String said = pull.run().succeeded().all();
        try (var files = Files.list(target)) {
            if (files.findAny().isEmpty()) {
                throw new AssertionError("helm wrote no chart\n" + said);
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return digestsIn(said);
    }

    @Override
    void forget() {
        TestFolder.delete(folder.folder("pull"));
    }

    @Override
    public void close() {
        folder.close();
    }
}
