package dev.mangrove.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestContentTest {
    private static final String CONFIG =
            "{\"mediaType\":\"application/vnd.oci.empty.v1+json\",\"size\":2,\"digest\":\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\"}";

    private static ManifestContent parse(String json) {
        return ManifestContent.parse(json.getBytes(StandardCharsets.UTF_8), MediaType.OCI_MANIFEST, Algorithm.SHA256);
    }

    @Test
    void anImageManifestIsReadWithConfigLayersAndSubject() {
        ManifestContent read = parse("{\"schemaVersion\":2,\"config\":" + CONFIG + ",\"layers\":[" + CONFIG
                + "],\"subject\":" + CONFIG + ",\"annotations\":{\"a\":\"b\"},\"future\":{\"x\":[1,2]}}");
        Manifest.Image image = (Manifest.Image) read.view();
        assertEquals(2, image.config().sizeBytes());
        assertEquals(1, image.layers().size());
        assertTrue(image.subject().isPresent());
        assertEquals("b", image.annotations().get("a"));
        assertEquals("application/vnd.oci.empty.v1+json", image.artifactType().orElseThrow());
    }

    @Test
    void anUnknownMediaTypeIsKeptAsItIs() {
        ManifestContent read = ManifestContent.parse(
                "{\"anything\":true}".getBytes(StandardCharsets.UTF_8),
                new MediaType("application/vnd.example+json"),
                Algorithm.SHA512);
        assertTrue(read.view() instanceof Manifest.Unknown);
        assertTrue(read.digest().toString().startsWith("sha512:"));
    }

    @Test
    void anUnknownMediaTypeNamesWhateverDigestsStandInIt() {
        String digest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        ManifestContent read = ManifestContent.parse(
                ("{\"blobs\":[{\"digest\":\"" + digest + "\"}],\"fsLayers\":[{\"blobSum\":\"" + digest
                                + "\"}],\"note\":\"sha256:no\"}")
                        .getBytes(StandardCharsets.UTF_8),
                new MediaType("application/vnd.oci.artifact.manifest.v1+json"),
                Algorithm.SHA256);
        assertEquals(List.of(Digest.parse(digest)), read.view().references());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"config\":1}",
                "{\"layers\":{}}",
                "{\"schemaVersion\":2,\"schemaVersion\":2}",
                "{} {}",
                "{\"config\":{\"mediaType\":\"a/b\",\"digest\":\"sha256:zz\",\"size\":1}}",
                "{\"config\":{\"mediaType\":\"a/b\",\"digest\":\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\",\"size\":-1}}",
                "{\"annotations\":{\"a\":1}}"
            })
    void garbageIsRefused(String json) {
        assertThrows(MalformedContentException.class, () -> parse(json));
    }

    @Test
    void foreignRegistriesAreToldFromHomeNamesByTheFirstComponent() {
        assertEquals(
                "docker.io",
                Location.parse("docker.io/library/alpine").registry().orElseThrow());
        assertEquals(
                "docker.io",
                Location.foreign("registry-1.docker.io", "library/alpine")
                        .registry()
                        .orElseThrow());
        assertTrue(Location.parse("acme/detector").registry().isEmpty());
        assertEquals("localhost", Location.parse("localhost/x").registry().orElseThrow());
        assertThrows(InvalidNameException.class, () -> Location.parse("../etc"));
        assertThrows(InvalidNameException.class, () -> Location.foreign("a.b/../c", "x"));
    }
}
