package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.TestContent;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.MediaType;
import java.nio.charset.StandardCharsets;

/** Manifests for tests. */
final class TestManifests {
    private TestManifests() {}

    /** A signature of another manifest. */
    static ManifestContent attachedTo(ManifestContent subject) {
        String json = """
                {"schemaVersion":2,"mediaType":"%s","artifactType":"application/vnd.example.signature",\
                "config":{"mediaType":"%s","digest":"%s","size":2},"layers":[],\
                "subject":{"mediaType":"%s","digest":"%s","size":%d}}""".formatted(
                        MediaType.OCI_MANIFEST,
                        MediaType.OCI_EMPTY,
                        TestContent.of("{}".getBytes(StandardCharsets.UTF_8)).digest(),
                        MediaType.OCI_MANIFEST,
                        subject.digest(),
                        subject.raw().length);
        return ManifestContent.parse(json.getBytes(StandardCharsets.UTF_8), MediaType.OCI_MANIFEST, Algorithm.SHA256);
    }
}
