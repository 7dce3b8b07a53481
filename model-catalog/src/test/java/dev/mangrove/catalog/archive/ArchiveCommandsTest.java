package dev.mangrove.catalog.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.catalog.CatalogRole;
import dev.mangrove.cli.Config;
import dev.mangrove.cli.MangroveMain;
import dev.mangrove.cli.Role;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two verbs against a catalog that runs. */
class ArchiveCommandsTest {
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    @TempDir
    private Path temp;

    private Role.Running catalog;
    private String host;

    @BeforeEach
    void startCatalog() throws IOException {
        catalog = new CatalogRole()
                .start(Config.of(Map.of(
                        "node", "test",
                        "listen.registry", "127.0.0.1:0",
                        "store.path", temp.resolve("store").toString(),
                        "store.reserve", "0B")));
        host = catalog.url().replaceFirst("^http://", "");
    }

    @AfterEach
    void stopCatalog() throws IOException {
        catalog.close();
    }

    private record Ran(int exit, String out, String err) {
        Ran succeeded() {
            assertEquals(0, exit, err);
            return this;
        }

        Ran failed(int code) {
            assertEquals(code, exit, err);
            return this;
        }
    }

    private static Ran run(Object... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] args = Stream.of(words).map(Object::toString).toArray(String[]::new);
        int exit = MangroveMain.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Ran(exit, out.toString().strip(), err.toString());
    }

    private static byte[] random(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Digest digest(byte[] bytes) {
        return Digest.ofBytes(Algorithm.SHA256, bytes);
    }

    private static String descriptor(String type, byte[] bytes) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + digest(bytes) + "\",\"size\":" + bytes.length + "}";
    }

    private static String blob(byte[] bytes) {
        return "blobs/sha256/" + digest(bytes).hex();
    }

    private static byte[] layoutIndex(String name, byte[]... manifests) {
        List<String> listed = Stream.of(manifests)
                .map(m -> descriptor(MANIFEST, m)
                        .replaceFirst(
                                "}$",
                                name.isEmpty()
                                        ? "}"
                                        : ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"" + name + "\"}}"))
                .toList();
        return utf8("{\"schemaVersion\":2,\"manifests\":[" + String.join(",", listed) + "]}");
    }

    private static byte[] manifest(byte[] config, byte[]... layers) {
        List<String> listed = Stream.of(layers)
                .map(layer -> descriptor("application/vnd.oci.image.layer.v1.tar", layer))
                .toList();
        return utf8("{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST + "\",\"config\":"
                + descriptor("application/vnd.oci.image.config.v1+json", config) + ",\"layers\":["
                + String.join(",", listed) + "]}");
    }

    private static byte[] config(byte[]... layers) {
        List<String> diffs =
                Stream.of(layers).map(layer -> "\"" + digest(layer) + "\"").toList();
        return utf8("{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
                + String.join(",", diffs) + "]}}");
    }

    private TestTar layout(String name, byte[] config, byte[] manifest, byte[]... layers) {
        TestTar tar = new TestTar().file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
        for (byte[] layer : layers) {
            tar.file(blob(layer), layer);
        }
        return tar.file(blob(config), config)
                .file(blob(manifest), manifest)
                .file("index.json", layoutIndex(name, manifest));
    }

    @Test
    void aLayoutIsImportedUnderItsDigestAndExportedTwiceWithTheSameBytes() throws IOException {
        byte[] layer = random(1, 400_000);
        byte[] config = config(layer);
        byte[] manifest = manifest(config, layer);
        Path tar = layout("", config, manifest, layer).in(temp.resolve("a.tar"));
        Ran imported = run("import", tar, host + "/acme/app:1").succeeded();
        assertEquals(digest(manifest).toString(), imported.out());
        assertTrue(imported.err().contains("2 blobs, 400 kB, of which 400 kB were uploaded"), imported.err());

        Path one = temp.resolve("one.tar");
        Path two = temp.resolve("two.tar");
        assertEquals(
                imported.out(),
                run("export", host + "/acme/app:1", "-o", one).succeeded().out());
        run("export", host + "/acme/app:1", "-o", two).succeeded();
        assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(two));

        Ran again = run("import", one, host + "/acme/other:1", "-q").succeeded();
        assertEquals(imported.out(), again.out());
        assertEquals(
                imported.out(),
                run("import", one, host + "/acme/other:1").succeeded().out());
    }

    @Test
    void aGzippedLayoutIsImportedTooAndItsNamesAreUsedWhereNoneIsGiven() throws IOException {
        byte[] layer = random(2, 1_000);
        byte[] config = config(layer);
        byte[] manifest = manifest(config, layer);
        byte[] tar =
                layout("docker.io/library/alpine:3", config, manifest, layer).bytes();
        Path file = Files.write(temp.resolve("a.tar.gz"), TestTar.gzip(tar));
        Ran dry = run("import", file, host + "/acme/app:1", "--dry-run", "--temp", temp)
                .succeeded();
        assertTrue(dry.err().contains("would import"), dry.err());
        run("export", host + "/acme/app:1", "-o", temp.resolve("x")).failed(3);
        Ran imported = run("import", file, host + "/acme/app:1", "--temp", temp).succeeded();
        assertEquals(digest(manifest).toString(), imported.out());
    }

    @Test
    void whatDockerSavesIsImportedWithTheDigestsOfItsUncompressedLayers() throws IOException {
        byte[] first = new TestTar().file("etc/a", random(3, 50_000)).bytes();
        byte[] second = new TestTar().file("etc/b", random(4, 50_000)).bytes();
        byte[] config = config(first, second, first);
        Path tar = new TestTar()
                .file("aaa/layer.tar", first)
                .file("bbb/layer.tar", TestTar.gzip(second))
                .symbolicLink("ccc/layer.tar", "../aaa/layer.tar")
                .file(digest(config).hex() + ".json", config)
                .file(
                        "manifest.json",
                        utf8(
                                "[{\"Config\":\"" + digest(config).hex()
                                        + ".json\",\"RepoTags\":[\"acme/app:1\"],\"Layers\":[\"aaa/layer.tar\",\"bbb/layer.tar\",\"ccc/layer.tar\"]}]"))
                .file("repositories", "{}")
                .in(temp.resolve("docker.tar"));
        run("import", tar, host + "/acme/app:1").succeeded();
        Path out = temp.resolve("out.tar");
        run("export", host + "/acme/app:1", "-o", out).succeeded();
        String text = Files.readString(out, StandardCharsets.ISO_8859_1);
        assertTrue(text.contains(descriptor("application/vnd.oci.image.layer.v1.tar", first)), "the first layer");
        assertTrue(
                text.contains(descriptor("application/vnd.oci.image.config.v1+json", config)), "the config as it was");
        assertTrue(text.contains("layer.v1.tar+gzip"), "the gzipped layer stays as it is");
    }

    @Test
    void aLayerThatIsNotWhatItsConfigSaysIsRefused() {
        byte[] layer = random(5, 2_000);
        byte[] config = config(random(6, 2_000));
        Path tar = new TestTar()
                .file("l/layer.tar", layer)
                .file("c.json", config)
                .file("manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[\"l/layer.tar\"]}]")
                .in(temp.resolve("docker.tar"));
        run("import", tar, host + "/acme/app:1").failed(14);
    }

    @Test
    void aManifestWithOtherBytesThanItsDigestIsRefused() throws IOException {
        byte[] layer = random(7, 1_000);
        byte[] config = config(layer);
        byte[] manifest = manifest(config, layer);
        Path tar = new TestTar()
                .file(blob(layer), layer)
                .file(blob(config), config)
                .file(blob(manifest), new String(manifest, StandardCharsets.UTF_8).replace("amd64", "arm64") + " ")
                .file("index.json", layoutIndex("", manifest))
                .in(temp.resolve("a.tar"));
        run("import", tar, host + "/acme/app:1").failed(14);
    }

    @Test
    void aLayerWithOtherBytesIsRefusedByTheRegistryAndNoTagIsMade() throws IOException {
        byte[] layer = random(8, 1_000);
        byte[] other = random(9, 1_000);
        byte[] config = config(layer);
        byte[] manifest = manifest(config, layer);
        Path tar = new TestTar()
                .file(blob(layer), other)
                .file(blob(config), config)
                .file(blob(manifest), manifest)
                .file("index.json", layoutIndex("", manifest))
                .in(temp.resolve("a.tar"));
        assertFalse(run("import", tar, host + "/acme/app:1").exit() == 0);
        run("export", host + "/acme/app:1", "-o", temp.resolve("x")).failed(3);
    }

    @Test
    void anArchiveThatLacksALayerIsRefusedUnlessTheRegistryHasIt() throws IOException {
        byte[] layer = random(10, 1_000);
        byte[] config = config(layer);
        byte[] manifest = manifest(config, layer);
        Path sparse = new TestTar()
                .file(blob(config), config)
                .file(blob(manifest), manifest)
                .file("index.json", layoutIndex("", manifest))
                .in(temp.resolve("sparse.tar"));
        run("import", sparse, host + "/acme/app:1").failed(3);
        run("import", layout("", config, manifest, layer).in(temp.resolve("a.tar")), host + "/acme/app:1")
                .succeeded();
        run("import", sparse, host + "/acme/app:2").succeeded();
    }

    @Test
    void ofSeveralArtifactsOneIsChosenByNameOrDigest() throws IOException {
        byte[] layer = random(11, 1_000);
        byte[] one = config(layer);
        byte[] two = utf8("{\"os\":\"linux\",\"rootfs\":{\"diff_ids\":[\"" + digest(layer) + "\"]}}");
        byte[] first = manifest(one, layer);
        byte[] second = manifest(two, layer);
        Path tar = new TestTar()
                .file(blob(layer), layer)
                .file(blob(one), one)
                .file(blob(two), two)
                .file(blob(first), first)
                .file(blob(second), second)
                .file("index.json", layoutIndex("", first, second))
                .in(temp.resolve("two.tar"));
        Ran refused = run("import", tar, host + "/acme/app:1").failed(2);
        assertTrue(refused.err().contains("--image"), refused.err());
        assertEquals(
                digest(second).toString(),
                run("import", tar, host + "/acme/app:1", "--image", digest(second))
                        .succeeded()
                        .out());
    }

    @Test
    void anAttachedArtifactComesWithTheOneItIsAttachedTo() throws IOException {
        byte[] layer = random(12, 1_000);
        byte[] config = config(layer);
        byte[] manifest = manifest(config, layer);
        byte[] empty = utf8("{}");
        byte[] note = utf8("a note");
        byte[] attached = utf8(
                "{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST + "\",\"artifactType\":\"text/note\",\"config\":"
                        + descriptor("application/vnd.oci.empty.v1+json", empty) + ",\"layers\":["
                        + descriptor("text/plain", note) + "],\"subject\":" + descriptor(MANIFEST, manifest) + "}");
        Path tar = new TestTar()
                .file(blob(layer), layer)
                .file(blob(config), config)
                .file(blob(empty), empty)
                .file(blob(note), note)
                .file(blob(manifest), manifest)
                .file(blob(attached), attached)
                .file("index.json", layoutIndex("", attached, manifest))
                .in(temp.resolve("a.tar"));
        assertEquals(
                digest(manifest).toString(),
                run("import", tar, host + "/acme/app:1").succeeded().out());
        run("export", host + "/acme/app@" + digest(attached), "-o", temp.resolve("note.tar"))
                .succeeded();
    }

    @Test
    void anExportThatFailsLeavesNoFile() throws IOException {
        run("export", host + "/acme/absent:1", "-o", temp.resolve("none.tar")).failed(3);
        try (Stream<Path> files = Files.list(temp)) {
            assertEquals(
                    List.of("store"), files.map(f -> f.getFileName().toString()).toList());
        }
    }
}
