package dev.mangrove.edge.pull;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.cli.Failure;
import dev.mangrove.cli.Progress;
import dev.mangrove.cli.RemoteName;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilePullTest {
    @TempDir
    private Path folder;

    private final FlakyOrigin origin = new FlakyOrigin(Integer.MAX_VALUE, true);

    private FileEntry entry(String path, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        Descriptor blob = Descriptor.of(MediaType.OCTETS, Digest.ofBytes(Algorithm.SHA256, bytes), bytes.length);
        origin.put(blob, bytes);
        return new FileEntry(new FilePath(path), blob);
    }

    private void pull(Path target, FileEntry... files) throws IOException {
        try (Workplace workplace = Workplace.open(target)) {
            new FilePull(new BlobFetch(origin, wait -> {}), 3).pull(List.of(files), workplace, Progress.NONE);
        }
    }

    @Test
    void filesLieWhereTheArtifactSaysAndNothingElseIsLeft() throws IOException {
        Path target = folder.resolve("model");
        pull(target, entry("config.json", "{}"), entry("a/b/weights.gguf", "w"), entry("copy.json", "{}"));
        assertEquals("{}", Files.readString(target.resolve("config.json")));
        assertEquals("w", Files.readString(target.resolve("a/b/weights.gguf")));
        assertEquals("{}", Files.readString(target.resolve("copy.json")));
        assertFalse(Files.exists(target.resolve(Workplace.FOLDER)));
        assertEquals(2, origin.offsets.size());
    }

    @Test
    void aSecondPullFetchesOnlyWhatChanged() throws IOException {
        Path target = folder.resolve("model");
        pull(target, entry("config.json", "{}"), entry("weights", "one"));
        pull(target, entry("config.json", "{}"), entry("weights", "two"));
        assertEquals("two", Files.readString(target.resolve("weights")));
        assertEquals(3, origin.offsets.size());
    }

    @Test
    void aLinkInTheFolderIsNotFollowedOutOfIt() throws IOException {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Path target = Files.createDirectory(folder.resolve("model"));
        Files.createSymbolicLink(target.resolve("sub"), outside);
        Failure refused = assertThrows(Failure.class, () -> pull(target, entry("sub/file", "x")));
        assertTrue(refused.getMessage().contains("is not a folder, or is a link"));
        assertFalse(Files.exists(outside.resolve("file")));
    }

    @Test
    void aLinkInPlaceOfAFileIsReplacedAndNotWrittenThrough() throws IOException {
        Path precious = Files.writeString(folder.resolve("precious"), "keep");
        Path target = Files.createDirectory(folder.resolve("model"));
        Files.createSymbolicLink(target.resolve("file"), precious);
        pull(target, entry("file", "new!"));
        assertEquals("keep", Files.readString(precious));
        assertEquals("new!", Files.readString(target.resolve("file")));
    }

    @Test
    void twoPullsIntoOneFolderDoNotMix() throws IOException {
        try (Workplace first = Workplace.open(folder)) {
            Failure refused = assertThrows(Failure.class, () -> Workplace.open(folder));
            assertTrue(refused.getMessage().startsWith("another pull is at work"));
            assertTrue(first.usableBytes() > 0);
        }
        Workplace.open(folder).close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/etc/passwd",
                "../x",
                "a/../../x",
                "a//b",
                "./a",
                "a/.",
                "a\\b",
                "C:x",
                "a\0b",
                "a\nb",
                ".mangrove/lock",
                "a/"
            })
    void pathsThatLeadElsewhereAreRefused(String path) {
        assertThrows(IllegalArgumentException.class, () -> new FilePath(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b.c", "..a", "a b", "\u6a21\u578b/\u6743\u91cd.bin", ".hidden"})
    void ordinaryPathsAreTaken(String path) {
        assertEquals(folder.resolve(path), new FilePath(path).below(folder));
    }

    private static ManifestContent manifest(String layers) {
        String json = "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"application/vnd.oci.empty.v1+json\",\"size\":2,"
                + "\"digest\":\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\"},\"layers\":["
                + layers + "]}";
        return ManifestContent.parse(json.getBytes(StandardCharsets.UTF_8), MediaType.OCI_MANIFEST, Algorithm.SHA256);
    }

    private static String layer(Map<String, String> annotations) {
        StringBuilder json = new StringBuilder(
                "{\"mediaType\":\"application/octet-stream\",\"size\":2,"
                        + "\"digest\":\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\",\"annotations\":{");
        annotations.forEach(
                (k, v) -> json.append('"').append(k).append("\":\"").append(v).append("\","));
        json.append("\"x\":\"y\"}}");
        return json.toString();
    }

    private static final RemoteName NAME = new RemoteName(
            Optional.empty(), dev.mangrove.oci.Location.parse("acme/x"), Optional.empty(), Optional.empty());

    @Test
    void modelsAndWhatOrasPushedAreArtifactsOfFiles() {
        List<FileEntry> files = ArtifactFiles.of(
                manifest(layer(Map.of("org.cncf.model.filepath", "a/b.gguf")) + ","
                        + layer(Map.of("org.opencontainers.image.title", "c.txt"))),
                NAME);
        assertEquals(
                List.of("a/b.gguf", "c.txt"),
                files.stream().map(f -> f.path().value()).toList());
        assertEquals(
                1, ArtifactFiles.choose(files, List.of("*.gguf"), List.of()).size());
        assertEquals(1, ArtifactFiles.choose(files, List.of(), List.of("a/*")).size());
        assertThrows(Failure.class, () -> ArtifactFiles.choose(files, List.of("*.bin"), List.of()));
    }

    @Test
    void anImageIsRefusedWithTheCommandThatCanPullIt() {
        Failure refused = assertThrows(Failure.class, () -> ArtifactFiles.of(manifest(layer(Map.of())), NAME));
        assertTrue(refused.getMessage().contains("a container image"));
        assertTrue(refused.hint().contains("docker pull"));
    }

    @Test
    void aManifestWithAnUnsafeOrDoublePathIsRefusedBeforeAnythingIsWritten() {
        String evil = layer(Map.of("org.cncf.model.filepath", "../../etc/cron.d/x"));
        assertThrows(Failure.class, () -> ArtifactFiles.of(manifest(evil), NAME));
        String same = layer(Map.of("org.cncf.model.filepath", "a"));
        assertThrows(Failure.class, () -> ArtifactFiles.of(manifest(same + "," + same), NAME));
    }
}
