package dev.mangrove.e2e;

import java.nio.file.Path;
import java.util.List;

final class CraneClient extends RegistryClient {
    private final TestFolder folder = TestFolder.create();
    private final Path crane = Clients.require("crane");

    private Command crane(Object... words) {
        return Command.in(folder.folder("home"), crane).with(words);
    }

    @Override
    String version() {
        return "0.22.1"; // `crane version` says nothing when it was built with `go install` and stripped
    }

    @Override
    void login(String registry, String user, String password) {
        crane("auth", "login", "--insecure", "--username", user, "--password", password, registry)
                .text();
    }

    @Override
    String push(String registry, String repository, String tag, TestImage image) {
        Path layout = image.writeLayout(folder.folder("push"), "1");
        String said = crane("push", "--insecure", layout, reference(registry, repository, tag))
                .text();
        TestFolder.delete(layout);
        return digestIn(said);
    }

    @Override
    List<String> pull(String registry, String repository, String reference, TestImage expected) {
        Path layout = folder.folder("pull");
        crane("pull", "--insecure", "--format=oci", reference(registry, repository, reference), layout)
                .text();
        return PulledLayout.digests(layout, expected);
    }

    @Override
    void delete(String registry, String repository, String tag, String digest) {
        crane("delete", "--insecure", reference(registry, repository, digest)).text();
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
