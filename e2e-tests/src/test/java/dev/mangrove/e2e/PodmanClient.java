package dev.mangrove.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

final class PodmanClient extends RegistryClient {
    private final TestFolder folder = TestFolder.create();
    private final Path logins = folder.write("auth.json", "{}");
    private final Path podman = Clients.require("podman");
    private final Path policy = folder.write("policy.json", "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    private final Path registries = folder.write("registries.conf", "unqualified-search-registries = []\n");

    private Command podman(Object... words) {
        return Command.in(folder.folder("home"), podman)
                .environment("CONTAINERS_REGISTRIES_CONF", registries)
                .environment("REGISTRY_AUTH_FILE", logins)
                .with("--root", folder.folder("root"), "--runroot", folder.folder("run"))
                .with("--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--events-backend", "none")
                .with(words);
    }

    @Override
    String version() {
        return podman("version", "--format", "{{.Client.Version}}").text();
    }

    @Override
    void login(String registry, String user, String password) {
        podman("login", "--tls-verify=false", "--username", user, "--password", password, registry)
                .text();
    }

    @Override
    String push(String registry, String repository, String tag, TestImage image) {
        Path archive = image.writeArchive(folder.path().resolve("image.tar"), "local/pushed:1");
        Path digest = folder.path().resolve("digest");
        String loaded = podman("pull", "-q", "--signature-policy", policy, "oci-archive:" + archive)
                .text();
        podman("push", "-q", "--signature-policy", policy, "--tls-verify=false", "--digestfile", digest, loaded)
                .with("docker://" + reference(registry, repository, tag))
                .text();
        try {
            return digestIn(Files.readString(digest));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    List<String> pull(String registry, String repository, String reference, TestImage expected) {
        String image = reference(registry, repository, reference);
        podman("pull", "-q", "--signature-policy", policy, "--tls-verify=false", image)
                .text();
        return digestsIn(podman("image", "inspect", "--format", "{{json .RepoDigests}} {{.Digest}}", image)
                .text());
    }

    @Override
    void forget() {
        podman("rmi", "--all", "--force").text();
    }

    @Override
    public void close() {
        folder.close();
    }
}
