package dev.mangrove.e2e;

import java.nio.file.Path;
import java.util.List;

final class RegctlClient extends RegistryClient {
    private final TestFolder folder = TestFolder.create();
    private final Path regctl = Clients.require("regctl");

    private Command regctl(String registry, Object... words) {
        return Command.in(folder.folder("home"), regctl)
                .with("--host", "reg=" + registry + ",tls=disabled")
                .with(words);
    }

    @Override
    String version() {
        return "0.11.7"; // `regctl version` says nothing when it was built with `go install` and stripped
    }

    @Override
    void login(String registry, String user, String password) {
        regctl(registry, "registry", "set", "--tls", "disabled", "--skip-check", registry)
                .text();
        regctl(registry, "registry", "login", "--user", user, "--pass", password, registry)
                .text();
    }

    @Override
    String push(String registry, String repository, String tag, TestImage image) {
        Path layout = image.writeLayout(folder.folder("push"), "1");
        String reference = reference(registry, repository, tag);
        regctl(registry, "image", "copy", "ocidir://" + layout + ":1", reference)
                .text();
        TestFolder.delete(layout);
        return digestIn(regctl(registry, "manifest", "head", reference).text());
    }

    @Override
    List<String> pull(String registry, String repository, String reference, TestImage expected) {
        Path layout = folder.folder("pull");
        regctl(registry, "image", "copy", reference(registry, repository, reference), "ocidir://" + layout + ":1")
                .text();
        return PulledLayout.digests(layout, expected);
    }

    @Override
    String attach(String registry, String repository, String subject) {
        Path note = folder.write("note.txt", "attached by regctl");
        return digestIn(regctl(registry, "artifact", "put", "--artifact-type", "application/vnd.example.note")
                .with("--file", note, "--subject", reference(registry, repository, subject))
                .with("--format", "{{.Manifest.GetDescriptor.Digest}}")
                .text());
    }

    @Override
    List<String> referrers(String registry, String repository, String subject) {
        return digestsIn(
                regctl(registry, "artifact", "list", "--format", "body", reference(registry, repository, subject))
                        .text());
    }

    @Override
    void delete(String registry, String repository, String tag, String digest) {
        regctl(registry, "tag", "delete", reference(registry, repository, tag)).text();
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
