package dev.mangrove.e2e;

import java.nio.file.Path;
import java.util.List;

final class OrasClient extends RegistryClient {
    private final TestFolder folder = TestFolder.create();
    private final Path oras = Clients.require("oras");

    private Command oras(Object... words) {
        return Command.in(folder.folder("home"), oras).with(words);
    }

    @Override
    String version() {
        return oras("version")
                .text()
                .lines()
                .findFirst()
                .orElseThrow()
                .replace("Version:", "")
                .strip();
    }

    @Override
    void login(String registry, String user, String password) {
        oras("login", "--plain-http", "--username", user, "--password", password, registry)
                .text();
    }

    @Override
    String push(String registry, String repository, String tag, TestImage image) {
        Path layout = image.writeLayout(folder.folder("push"), "1");
        oras("cp", "--no-tty", "--from-oci-layout", layout + ":1", "--to-plain-http")
                .with(reference(registry, repository, tag))
                .text();
        TestFolder.delete(layout);
        return digestIn(oras("resolve", "--plain-http", reference(registry, repository, tag))
                .text());
    }

    @Override
    List<String> pull(String registry, String repository, String reference, TestImage expected) {
        Path layout = folder.folder("pull");
        oras("cp", "--no-tty", "--from-plain-http", reference(registry, repository, reference))
                .with("--to-oci-layout", layout + ":1")
                .text();
        return PulledLayout.digests(layout, expected);
    }

    @Override
    String attach(String registry, String repository, String subject) {
        folder.write("home/note.txt", "attached by oras");
        return digestsIn(oras("attach", "--no-tty", "--plain-http", reference(registry, repository, subject))
                        .with("--artifact-type", "application/vnd.example.note", "note.txt:text/plain")
                        .text())
                .getLast();
    }

    @Override
    List<String> referrers(String registry, String repository, String subject) {
        return digestsIn(oras("discover", "--plain-http", "--format", "json")
                .with(reference(registry, repository, subject))
                .text());
    }

    @Override
    void delete(String registry, String repository, String tag, String digest) {
        oras("manifest", "delete", "--plain-http", "--force", reference(registry, repository, tag))
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
