package dev.mangrove.e2e;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Jib core: builds an image out of files and pushes it; pulls an image as the base of another one. */
final class JibClient extends RegistryClient {
    private String user = "";
    private String password = "";
    private final TestFolder folder = TestFolder.create();

    private RegistryImage image(String registry, String repository, String reference)
            throws InvalidImageReferenceException {
        RegistryImage image = RegistryImage.named(reference(registry, repository, reference));
        return user.isEmpty() ? image : image.addCredential(user, password);
    }

    @Override
    void login(String registry, String name, String secret) {
        System.setProperty("sendCredentialsOverHttp", "true"); // or Jib leaves them out on loopback as well
        user = name;
        password = secret;
    }

    @Override
    String version() {
        return "0.28.1";
    }

    @Override
    String push(String registry, String repository, String tag, TestImage source) {
        try {
            Path model = Files.write(
                    folder.path().resolve("model.bin"),
                    source.blob(source.layers().getFirst()));
            return build(
                            Jib.fromScratch()
                                    .setFormat(ImageFormat.OCI)
                                    .setCreationTime(Instant.EPOCH)
                                    .addLayer(List.of(model), "/"),
                            Containerizer.to(image(registry, repository, tag)))
                    .getDigest()
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InvalidImageReferenceException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Jib does not tell the digest of a base; that it holds exactly the layers expected says as much. */
    @Override
    List<String> pull(String registry, String repository, String reference, TestImage expected) {
        try {
            Path tar = folder.path().resolve("pulled.tar");
            build(
                    Jib.from(image(registry, repository, reference)).setCreationTime(Instant.EPOCH),
                    Containerizer.to(TarImage.at(tar).named("local/pulled:1")));
            String names = Command.in(folder.path(), Path.of("/bin/tar"))
                    .with("-tf", tar)
                    .text();
            List<String> layers = expected.layers();
            boolean all = expected.mediaType().equals(TestImage.INDEX)
                    ? layers.stream().anyMatch(layer -> names.contains(layer.substring(7)))
                    : layers.stream().allMatch(layer -> names.contains(layer.substring(7)));
            return all ? List.of(expected.digest()) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InvalidImageReferenceException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private JibContainer build(JibContainerBuilder image, Containerizer target) throws IOException {
        try {
            return image.containerize(target.setAllowInsecureRegistries(true)
                    .setBaseImageLayersCache(folder.folder("base"))
                    .setApplicationLayersCache(folder.folder("layers")));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (RegistryException | CacheDirectoryCreationException | ExecutionException e) {
            throw new IOException(e);
        }
    }

    @Override
    void forget() {
        TestFolder.delete(folder.folder("base"));
        TestFolder.delete(folder.folder("layers"));
    }

    @Override
    public void close() {
        folder.close();
    }
}
