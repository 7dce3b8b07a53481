package dev.mangrove.delta.artifact;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Manifest;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a manifest says of deltas comes back, and what it says badly is left out. */
class DeltaArtifactTest {
    private static final String ADAPTERS = digestOf("adapter") + "=1000," + digestOf("other") + "=7";

    private static Digest digestOf(String text) {
        return Digest.ofBytes(Algorithm.SHA256, text.getBytes(StandardCharsets.UTF_8));
    }

    private static DeltaArtifact artifact() {
        BlobDelta delta = new BlobDelta(
                digestOf("delta"),
                50,
                Optional.of(digestOf("base")),
                List.of(new BlobDelta.Adapter(digestOf("adapter"), 1000), new BlobDelta.Adapter(digestOf("other"), 7)),
                digestOf("target"),
                9000,
                BlobDelta.CODEC_VERSION,
                16 << 20);
        return new DeltaArtifact(
                Descriptor.of(MediaType.OCI_MANIFEST, digestOf("manifest"), 300),
                Optional.of(digestOf("base manifest")),
                Descriptor.of(DeltaNames.CONFIG, digestOf("{}"), 2),
                List.of(delta));
    }

    @Test
    void aDeltaWithAdaptersComesBackAndItsManifestHoldsThem() {
        ManifestContent manifest = artifact().manifest();
        DeltaArtifact again = DeltaArtifact.of(manifest).orElseThrow();
        assertEquals(artifact().deltas(), again.deltas());
        assertEquals(
                List.of(digestOf("base"), digestOf("adapter"), digestOf("other")),
                again.deltas().getFirst().bases());
        assertEquals(
                List.of(digestOf("delta"), digestOf("adapter"), digestOf("other")),
                ((Manifest.Image) manifest.view())
                        .layers().stream().map(Descriptor::digest).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "=5",
                "sha256:00=5",
                "DIGEST",
                "DIGEST=",
                "DIGEST=0",
                "DIGEST=-4",
                "DIGEST=99999999999999999999",
                "DIGEST=5,",
                "DIGEST=1,DIGEST=1,DIGEST=1,DIGEST=1,DIGEST=1,DIGEST=1,DIGEST=1,DIGEST=1",
            })
    void aDeltaWhoseAdaptersAreNotDescribedIsLeftOut(String adapters) {
        String text = new String(artifact().manifest().raw(), StandardCharsets.UTF_8)
                .replace(
                        ADAPTERS, adapters.replace("DIGEST", digestOf("adapter").toString()));
        ManifestContent manifest =
                ManifestContent.parse(text.getBytes(StandardCharsets.UTF_8), MediaType.OCI_MANIFEST, Algorithm.SHA256);
        assertEquals(List.of(), DeltaArtifact.of(manifest).orElseThrow().deltas());
    }
}
