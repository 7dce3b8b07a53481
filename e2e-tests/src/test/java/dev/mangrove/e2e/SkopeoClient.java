package dev.mangrove.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

final class SkopeoClient extends RegistryClient {
    private final TestFolder folder = TestFolder.create();
    private final Path logins = folder.write("auth.json", "{}");
    private final Path skopeo = Clients.require("skopeo");

    private Command skopeo(Object... words) {
        return Command.in(folder.folder("home"), skopeo)
                .environment("REGISTRY_AUTH_FILE", logins)
                .with("--insecure-policy")
                .with(words);
    }

    @Override
    String version() {
        return skopeo("--version").text().replace("skopeo version", "").strip();
    }

    @Override
    void login(String registry, String user, String password) {
        skopeo("login", "--tls-verify=false", "--username", user, "--password", password, registry)
                .text();
    }

    @Override
    String push(String registry, String repository, String tag, TestImage image) {
        Path layout = image.writeLayout(folder.folder("push"), "1");
        Path digest = folder.path().resolve("digest");
        skopeo("copy", "--all", "--quiet", "--dest-tls-verify=false", "--digestfile", digest)
                .with("oci:" + layout + ":1", "docker://" + reference(registry, repository, tag))
                .text();
        TestFolder.delete(layout);
        try {
            return digestIn(Files.readString(digest));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    List<String> pull(String registry, String repository, String reference, TestImage expected) {
        Path layout = folder.folder("pull");
        skopeo("copy", "--all", "--quiet", "--src-tls-verify=false")
                .with("docker://" + reference(registry, repository, reference), "oci:" + layout + ":1")
                .text();
        return PulledLayout.digests(layout, expected);
    }

    @Override
    void delete(String registry, String repository, String tag, String digest) {
        skopeo("delete", "--tls-verify=false", "docker://" + reference(registry, repository, tag))
                .text();
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
