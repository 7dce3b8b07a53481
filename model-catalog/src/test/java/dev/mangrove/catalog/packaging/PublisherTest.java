package dev.mangrove.catalog.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.cli.Failure;
import dev.mangrove.cli.Progress;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Manifest;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublisherTest {
    @TempDir
    private Path temp;

    private Path model;
    private final MemoryDestination destination = new MemoryDestination();

    @BeforeEach
    void makeModel() throws IOException {
        model = makeModel("model");
    }

    private Path makeModel(String name) throws IOException {
        Path folder =
                Files.createDirectories(temp.resolve(name).resolve("tokenizer")).getParent();
        Files.writeString(folder.resolve("model.safetensors"), "weights");
        Files.writeString(
                folder.resolve("config.json"), "{\"model_type\":\"llama\",\"torch_dtype\":\"bfloat16\",\"n\":[1]}");
        Files.writeString(folder.resolve("tokenizer/vocab.txt"), "a");
        Files.writeString(folder.resolve("README.md"), "# card");
        return folder;
    }

    private static ModelArtifact.Claims claims(Map<String, String> annotations) {
        return new ModelArtifact.Claims(
                "detector", Optional.of("1.0"), List.of("Apache-2.0"), Optional.empty(), Optional.empty(), annotations);
    }

    private Publisher publisher(boolean dryRun) {
        return new Publisher(destination, Progress.NONE, 2, dryRun);
    }

    private ManifestContent publish(Path folder) throws IOException {
        return publisher(false).publish(ModelFolder.scan(folder), claims(Map.of()), List.of(new Tag("1.0")));
    }

    @Test
    void aModelBecomesAModelPackArtifactWithALayerForEachFile() throws IOException {
        ManifestContent published = publish(model);
        Manifest.Image image = (Manifest.Image) published.view();
        assertEquals(
                "application/vnd.cncf.model.manifest.v1+json",
                image.artifactType().orElseThrow());
        assertEquals(
                List.of("README.md", "config.json", "model.safetensors", "tokenizer/vocab.txt"),
                image.layers().stream()
                        .map(layer -> layer.annotations().get("org.cncf.model.filepath"))
                        .toList());
        assertEquals(
                List.of("doc", "weight.config", "weight", "weight.config"),
                image.layers().stream()
                        .map(layer -> layer.mediaType().value().replaceAll(".*model\\.(.*)\\.v1\\.raw", "$1"))
                        .toList());
        assertEquals("1.0", image.annotations().get("org.opencontainers.image.version"));
        String config = new String(destination.blobs.get(image.config().digest()), StandardCharsets.UTF_8);
        assertTrue(
                config.startsWith("{\"config\":{\"architecture\":\"llama\",\"format\":\"safetensors\","
                        + "\"precision\":\"bfloat16\"},\"descriptor\":{\"licenses\":[\"Apache-2.0\"],"
                        + "\"name\":\"detector\",\"version\":\"1.0\"},\"modelfs\":{\"diffIds\":[\"sha256:"),
                config);
        assertEquals(published.digest(), destination.tags.get(new Tag("1.0")));
    }

    @Test
    void theSameFilesMakeTheSameDigestWhereverAndWheneverTheyWereWritten() throws IOException {
        Path copy = makeModel("elsewhere");
        Files.setLastModifiedTime(copy.resolve("README.md"), FileTime.fromMillis(0));
        assertEquals(publish(model).digest(), publish(copy).digest());
    }

    /** The digest is written down: it must not differ between runs, machines and versions of the ORAS SDK either. */
    @Test
    void theDigestOfThisModelIsKnown() throws IOException {
        assertEquals(Digest.parse(KNOWN), publish(model).digest());
    }

    private static final String KNOWN = "sha256:d80b72009db3021b7d9751a7bd1ffd6a9b9395d939d5bce81f02eda4b16cb694";

    @Test
    void theOrderOfAnnotationsMakesNoDifference() throws IOException {
        Map<String, String> forwards = new LinkedHashMap<>();
        Map<String, String> backwards = new LinkedHashMap<>();
        for (int i = 0; i < 20; i++) {
            forwards.put("a" + i, "v");
            backwards.put("a" + (19 - i), "v");
        }
        List<ModelFile> files = ModelFolder.scan(model);
        assertEquals(
                publisher(false).publish(files, claims(forwards), List.of()).digest(),
                publisher(false).publish(files, claims(backwards), List.of()).digest());
    }

    @Test
    void oneChangedByteMakesAnotherDigestAndSendsOnlyItsFile() throws IOException {
        Digest before = publish(model).digest();
        Files.writeString(model.resolve("model.safetensors"), "Weights");
        Publisher again = publisher(false);
        ManifestContent after = again.publish(ModelFolder.scan(model), claims(Map.of()), List.of());
        assertNotEquals(before, after.digest());
        assertEquals(7, again.uploadedBytes());
    }

    @Test
    void aDryRunTellsTheDigestAndChangesNothing() throws IOException {
        Publisher dry = publisher(true);
        Digest told = dry.publish(ModelFolder.scan(model), claims(Map.of()), List.of(new Tag("1.0")))
                .digest();
        assertTrue(dry.uploadedBytes() > 0);
        assertEquals(Map.of(), destination.blobs);
        assertEquals(Map.of(), destination.tags);
        assertEquals(publish(model).digest(), told);
    }

    @Test
    void aCardIsAttachedAsAReferrerOfTheModel() throws IOException {
        ManifestContent published = publish(model);
        ManifestContent card = publisher(false)
                .attach(
                        published,
                        ModelFolder.scan(model.resolve("README.md")).getFirst(),
                        "application/vnd.mangrove.card.v1",
                        "text/markdown");
        Manifest.Image image = (Manifest.Image) card.view();
        Descriptor subject = image.subject().orElseThrow();
        assertEquals(published.digest(), subject.digest());
        assertEquals(published.raw().length, subject.sizeBytes());
        assertEquals("application/vnd.mangrove.card.v1", image.artifactType().orElseThrow());
        assertTrue(destination.manifests.containsKey(card.digest()));
    }

    @Test
    void whatToolsLeaveBehindIsNotPublished() throws IOException {
        Files.createDirectories(model.resolve(".git"));
        Files.writeString(model.resolve(".git/config"), "x");
        Files.writeString(model.resolve(".DS_Store"), "x");
        Files.writeString(model.resolve("a.incomplete"), "x");
        Files.createDirectories(model.resolve("__pycache__"));
        Files.writeString(model.resolve("__pycache__/a.pyc"), "x");
        assertEquals(4, ModelFolder.scan(model).size());
    }

    @Test
    void linksToFilesAreFollowedAndLinksToFoldersRefused() throws IOException {
        Path blob = Files.writeString(temp.resolve("blob"), "linked");
        Files.createSymbolicLink(model.resolve("linked.gguf"), blob);
        assertEquals(5, ModelFolder.scan(model).size());
        Files.createSymbolicLink(model.resolve("loop"), model);
        assertThrows(Failure.class, () -> ModelFolder.scan(model));
    }

    @Test
    void anEmptyOrAbsentFolderIsRefused() throws IOException {
        Path empty = Files.createDirectory(temp.resolve("empty"));
        assertThrows(Failure.class, () -> ModelFolder.scan(empty));
        assertThrows(Failure.class, () -> ModelFolder.scan(temp.resolve("absent")));
    }

    @Test
    void aSingleFileIsAModelToo() throws IOException {
        Path file = Files.writeString(temp.resolve("tiny.gguf"), "GGUF");
        ManifestContent published =
                publisher(false).publish(ModelFolder.scan(file), claims(Map.of()), List.of(new Tag("a"), new Tag("b")));
        assertEquals(1, ((Manifest.Image) published.view()).layers().size());
        assertEquals(published.digest(), destination.tags.get(new Tag("b")));
        assertFalse(destination.blobs.isEmpty());
    }
}
