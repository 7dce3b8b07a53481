package dev.mangrove.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Archives that other programs wrote, and archives that other programs read. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchiveIT {
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

    private final TestFolder folder = TestFolder.create();
    private Mangrove mangrove;
    private Path skopeo;

    @BeforeAll
    void start() {
        skopeo = Clients.require("skopeo");
        mangrove = Mangrove.start();
    }

    @AfterAll
    void stop() {
        if (mangrove != null) {
            mangrove.close();
        }
        folder.close();
    }

    @AfterEach
    void deleteArchives() throws IOException {
        try (Stream<Path> files = Files.list(folder.path())) {
            files.forEach(TestFolder::delete);
        }
    }

    private Command skopeo(Object... words) {
        return Command.in(folder.folder("home"), skopeo)
                .with("--insecure-policy")
                .with(words);
    }

    private Path file(String name) {
        return folder.path().resolve(name);
    }

    private String imported(Path archive, String repository) {
        return MangroveProcess.verb(
                        folder.path(), "import", archive, mangrove.agent().address() + "/" + repository + ":1")
                .run()
                .succeeded()
                .output()
                .strip();
    }

    private Path exported(String repository, String name, Object... options) {
        Path file = file(name);
        MangroveProcess.verb(folder.path(), "export", mangrove.agent().address() + "/" + repository + ":1", "-o", file)
                .with(options)
                .run()
                .succeeded();
        return file;
    }

    private void pullsThroughTheAgent(String repository, TestImage image) {
        try (SkopeoClient client = new SkopeoClient()) {
            assertTrue(client.pull(mangrove.agent().address(), repository, "1", image)
                    .contains(image.digest()));
        }
    }

    private static List<String> digestsIn(byte[] json) {
        return DIGEST.matcher(new String(json, StandardCharsets.UTF_8))
                .results()
                .map(match -> match.group())
                .toList();
    }

    private byte[] manifest(String repository) {
        try (Wire wire = new Wire(mangrove.catalog().url())) {
            return wire.get("/v2/" + repository + "/manifests/1", "Accept", Wire.ACCEPT)
                    .expect(200)
                    .body();
        }
    }

    @Test
    void anOciArchiveOfSkopeoKeepsEveryDigest() {
        TestImage image = TestImage.of(41, TestImage.Compression.GZIP, 300_000, 5_000);
        Path archive = file("oci.tar");
        skopeo("copy", "--quiet", "oci:" + image.writeLayout(file("layout"), "1") + ":1", "oci-archive:" + archive)
                .text();
        assertEquals(image.digest(), imported(archive, "archive/oci"));
        pullsThroughTheAgent("archive/oci", image);
    }

    @Test
    void anIndexOfSeveralPlatformsComesWhole() {
        TestImage index = TestImage.index(42, 50_000);
        Path archive = index.writeArchive(file("index.tar"), "1");
        assertEquals(index.digest(), imported(archive, "archive/index"));
        pullsThroughTheAgent("archive/index", index);
        Path back = exported("archive/index", "back.tar");
        skopeo("copy", "--all", "--quiet", "oci-archive:" + back, "oci:" + file("copy") + ":1")
                .text();
        assertTrue(PulledLayout.digests(file("copy"), index).contains(index.digest()));
    }

    @Test
    void aDockerArchiveOfSkopeoIsStoredWithItsUncompressedLayers() {
        TestImage image = TestImage.of(43, TestImage.Compression.GZIP, 200_000, 7_000);
        Path archive = file("docker.tar");
        skopeo("copy", "--quiet", "oci:" + image.writeLayout(file("layout"), "1") + ":1")
                .with("docker-archive:" + archive + ":acme/app:1")
                .text();
        imported(archive, "archive/docker");
        List<String> inManifest = digestsIn(manifest("archive/docker"));
        String config = digestsIn(image.manifest()).getFirst();
        assertEquals(config, inManifest.getFirst(), "the config is the id of the image and stays");
        assertEquals(
                digestsIn(image.blob(config)), inManifest.subList(1, inManifest.size()), "layers are the diff ids");
        skopeo("copy", "--quiet", "--src-tls-verify=false")
                .with("docker://" + mangrove.agent().address() + "/archive/docker:1", "dir:" + file("pulled"))
                .text();
    }

    @Test
    void whatDockerSavesGoesInAndWhatIsExportedDockerLoads() {
        TestImage image = TestImage.of(44, TestImage.Compression.GZIP, 150_000, 3_000);
        try (Wire wire = new Wire(mangrove.catalog().url());
                DockerEngine docker = DockerEngine.start()) {
            wire.push("archive/saved", "1", image);
            String name = mangrove.agent().address() + "/archive/saved:1";
            docker.docker("pull", name).text();
            String id = docker.docker("image", "inspect", "--format", "{{.Id}}", name)
                    .text();
            Path saved = file("saved.tar");
            docker.docker("save", "-o", saved, name).text();
            docker.forgetImages();

            imported(saved, "archive/again");
            String again = mangrove.agent().address() + "/archive/again:1";
            docker.docker("pull", again).text();
            assertEquals(
                    id,
                    docker.docker("image", "inspect", "--format", "{{.Id}}", again)
                            .text());
            docker.forgetImages();

            Path exported = exported("archive/saved", "exported.tar");
            docker.docker("load", "-i", exported).text();
            assertEquals(
                    id,
                    docker.docker("image", "inspect", "--format", "{{.Id}}", name)
                            .text());
        }
    }

    @Test
    void anExportIsTheSameBytesEveryTimeAndSkopeoReadsIt() throws IOException {
        TestImage image = TestImage.of(45, TestImage.Compression.GZIP, 100_000);
        try (Wire wire = new Wire(mangrove.catalog().url())) {
            wire.push("archive/same", "1", image);
        }
        Path one = exported("archive/same", "one.tar");
        Path two = exported("archive/same", "two.tar");
        assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(two));
        assertEquals(
                Optional.of(image.digest()),
                Optional.of(skopeo("inspect", "--format", "{{.Digest}}", "oci-archive:" + one)
                        .text()));
        skopeo("copy", "--quiet", "oci-archive:" + one, "oci:" + file("copy") + ":1")
                .text();
        PulledLayout.digests(file("copy"), image);
    }

    @Test
    void aModelTravelsInAFileToo() throws IOException {
        Path model = folder.folder("model");
        byte[] weights = TestImage.random(46, 1_000_000);
        Files.write(model.resolve("weights.safetensors"), weights);
        String digest = MangroveProcess.verb(
                        folder.path(), "publish", model, mangrove.catalog().address() + "/archive/model:1")
                .run()
                .succeeded()
                .output()
                .strip();
        Path file = exported("archive/model", "model.tar");
        assertEquals(digest, imported(file, "archive/moved"));
        Path target = folder.folder("pulled");
        MangroveProcess.verb(folder.path(), "pull", mangrove.agent().address() + "/archive/moved:1", target)
                .run()
                .succeeded();
        assertArrayEquals(weights, Files.readAllBytes(target.resolve("weights.safetensors")));
    }
}
