package dev.mangrove.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

final class DockerClient extends RegistryClient {
    private final DockerEngine engine = DockerEngine.start();
    private final TestFolder folder = TestFolder.create();

    @Override
    String version() {
        return engine.docker("version", "--format", "{{.Server.Version}}").text();
    }

    @Override
    void login(String registry, String user, String password) {
        engine.docker("login", "--username", user, "--password", password, registry)
                .text();
    }

    /** Docker pushes what it stores, so the layer is imported first; its manifest is Docker's own kind. */
    @Override
    String push(String registry, String repository, String tag, TestImage image) {
        String reference = reference(registry, repository, tag);
        try {
            Path tar = Files.write(
                    folder.path().resolve("root.tar"),
                    TestImage.tar("model.bin", image.blob(image.layers().getFirst())));
            engine.docker("import", tar, reference).text();
            return digestIn(engine.docker("push", reference).text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    List<String> pull(String registry, String repository, String reference, TestImage expected) {
        String image = reference(registry, repository, reference);
        String said = engine.docker("pull", image).text();
        String known = engine.docker("image", "inspect", "--format", "{{json .RepoDigests}}", image)
                .text();
        return digestsIn(said + known);
    }

    @Override
    void forget() {
        engine.forgetImages();
    }

    @Override
    public void close() {
        engine.close();
        folder.close();
    }
}
