package dev.mangrove.proxy.plan;

import static dev.mangrove.proxy.plan.DeltaSite.REPOSITORY;
import static dev.mangrove.proxy.plan.DeltaSite.digestOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.TestTensors;
import dev.mangrove.content.files.PartialBlob;
import dev.mangrove.delta.artifact.BlobDelta;
import dev.mangrove.oci.Digest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bases stay for as long as a delta from them gets on, and not for ever. */
@Timeout(120)
class BaseLeasesTest {
    private static final byte[] V1 = TestTensors.model(1, 5 << 20);
    private static final byte[] V2 = TestTensors.retrained(V1, 2, 0.02);

    @TempDir
    private Path folder;

    @Test
    void aBaseStaysWhileADeltaTakesLongerThanOneLease() throws Exception {
        try (DeltaSite site = new DeltaSite(folder, DeltaPolicy.node(true))) {
            byte[] bytes = DeltaSite.deltaBetween(List.of(V1), V2);
            Digest blob =
                    site.offer(bytes, Optional.of(site.model("v1", V1)), Optional.of(V1), site.model("v2", V2), V2);
            assertEquals(V1.length, site.pull("v1", V1).bytes().length);
            BlobDelta delta = new BlobDelta(
                    blob,
                    bytes.length,
                    Optional.of(digestOf(V1)),
                    List.of(),
                    digestOf(V2),
                    V2.length,
                    BlobDelta.CODEC_VERSION,
                    16 << 20);
            try (PartialBlob partial = site.store.partials().join(digestOf(V2), V2.length)) {
                assertTrue(partial.startFill());
                site.applier().apply(REPOSITORY, delta, partial, () -> isSlow(site), _ -> {});
            }
            assertTrue(site.names.isHeld(digestOf(V1)), "held as long as a retry may need it");
            site.client.clock().pass(Duration.ofHours(1));
            assertFalse(site.names.isHeld(digestOf(V1)));
        }
    }

    /** Every segment takes long; nobody cancels. */
    private static boolean isSlow(DeltaSite site) {
        site.client.clock().pass(Duration.ofMinutes(40));
        return false;
    }
}
