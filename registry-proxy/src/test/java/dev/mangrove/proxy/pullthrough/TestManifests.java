package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.Caller;
import dev.mangrove.content.TestContent;
import dev.mangrove.distribution.client.FakeUpstream;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.MediaType;
import dev.mangrove.oci.Tag;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Manifests for tests. */
final class TestManifests {
    private TestManifests() {}

    /** Puts a manifest there that says so of its layer, which need not be true. */
    static void put(FakeUpstream upstream, Location repository, String tag, Digest layer, long told) {
        Digest config = upstream.registry().put(repository, "{}".getBytes(StandardCharsets.UTF_8));
        String json = """
                {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"%s","digest":"%s","size":2},\
                "layers":[{"mediaType":"application/octet-stream","digest":"%s","size":%d}]}""".formatted(MediaType.OCI_MANIFEST, MediaType.OCI_CONFIG, config, layer, told);
        ManifestContent manifest =
                ManifestContent.parse(json.getBytes(StandardCharsets.UTF_8), MediaType.OCI_MANIFEST, Algorithm.SHA256);
        upstream.registry().putManifest(repository, manifest, List.of(new Tag(tag)), Caller.ANONYMOUS);
    }

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
