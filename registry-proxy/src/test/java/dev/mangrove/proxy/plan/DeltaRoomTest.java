package dev.mangrove.proxy.plan;

import static dev.mangrove.proxy.plan.DeltaSite.deltaBetween;
import static dev.mangrove.proxy.plan.DeltaSite.digestOf;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.ContentException;
import dev.mangrove.content.Origin;
import dev.mangrove.content.TestTensors;
import dev.mangrove.content.files.StoreLimits;
import dev.mangrove.http.Headers;
import dev.mangrove.http.Response;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.ManifestContent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Room for an update: the base is the last thing that makes it, and what does not fit beside it comes whole. */
@Timeout(120)
class DeltaRoomTest {
    private static final int MODEL_BYTES = 5 << 20;
    private static final byte[] V1 = TestTensors.model(1, MODEL_BYTES);
    private static final byte[] V2 = TestTensors.retrained(V1, 2, 0.02);
    private static final byte[] V3 = TestTensors.retrained(V2, 3, 0.02);
    private static final byte[] OTHER = TestTensors.model(9, MODEL_BYTES);
    private static final byte[] STEP = TestTensors.model(7, MODEL_BYTES);
    private static final long MANIFESTS_BYTES = 200_000;

    @TempDir
    private Path folder;

    private DeltaSite site(boolean fullFallback) throws IOException {
        DeltaSite site = new DeltaSite(folder, DeltaPolicy.node(fullFallback));
        site.pullModel("v1", V1);
        return site;
    }

    private static void fit(DeltaSite site, long bytes) throws IOException {
        site.restart(new StoreLimits(bytes + MANIFESTS_BYTES, 0, 0));
    }

    @Test
    void theBaseStaysAlthoughItWasReadLeastRecently() throws Exception {
        try (DeltaSite site = site(true)) {
            site.client.clock().pass(Duration.ofHours(2));
            site.pullModel("other", OTHER);
            ManifestContent second = site.model("v2", V2);
            byte[] delta = deltaBetween(List.of(V1), V2);
            site.offer(delta, Optional.of(site.manifest("v1")), Optional.of(V1), second, V2);
            fit(site, V1.length + OTHER.length + V2.length / 2);

            DeltaSite.Got got = site.pull("v2", V2);

            assertArrayEquals(V2, got.bytes());
            assertEquals(Origin.DELTA, got.origin());
            assertEquals(List.of(digestOf(OTHER)), site.evicted);
        }
    }

    @Test
    void whatFitsOnlyWithoutItsBaseComesWhole() throws Exception {
        try (DeltaSite site = site(true)) {
            site.offer(site.manifest("v1"), V1, site.model("v2", V2), V2);
            fit(site, V2.length + 100_000);
            DeltaSite.Got got = site.pull("v2", V2);
            assertArrayEquals(V2, got.bytes());
            assertEquals(Origin.REGION, got.origin());
        }
    }

    @Test
    void whatFitsOnlyWithoutItsBaseIsRefusedWhereThePolicyForbidsItWhole() throws Exception {
        try (DeltaSite site = site(false)) {
            site.offer(site.manifest("v1"), V1, site.model("v2", V2), V2);
            fit(site, V2.length + 100_000);
            ContentException.Refused refused = assertThrows(ContentException.Refused.class, () -> site.pull("v2", V2));
            assertTrue(String.valueOf(refused.getMessage()).contains("room"), refused.getMessage());
            assertEquals(List.of(), site.evicted);
        }
    }

    @Test
    void twoDeltasThatNeedRoomForTheStepBetweenAreNotTriedWithoutIt() throws Exception {
        try (DeltaSite site = site(true)) {
            ManifestContent second = site.model("v2", V2);
            ManifestContent third = site.model("v3", V3);
            site.offer(site.manifest("v1"), V1, second, V2);
            site.offer(second, V2, third, V3);
            fit(site, V1.length + V3.length + V2.length / 2);
            DeltaSite.Got got = site.pull("v3", V3);
            assertArrayEquals(V3, got.bytes());
            assertEquals(Origin.REGION, got.origin());
            assertTrue(site.store.stat(digestOf(V1)).isPresent(), "nothing had to go");
        }
    }

    @Test
    void aStepThatNoUpstreamHasMakesNothingGo() throws Exception {
        try (DeltaSite site = site(true)) {
            site.pullModel("other", OTHER);
            offerBySteps(site);
            fit(site, V1.length + OTHER.length + V2.length);
            assertArrayEquals(V2, site.pull("v2", V2).bytes());
            assertEquals(List.of(), site.evicted);
            assertEquals(List.of(DeltaEvents.Failure.BAD_DELTA), site.failures);
        }
    }

    @Test
    void aStepOfAnotherSizeThanItsUpstreamSaysMakesNothingGo() throws Exception {
        try (DeltaSite site = site(true)) {
            site.pullModel("other", OTHER);
            offerBySteps(site);
            site.parent.fault((exchange, registry) -> {
                boolean asked = exchange.request().rawPath().endsWith("/blobs/" + digestOf(STEP));
                if (asked) {
                    exchange.respond(Response.empty(200, Headers.of("Content-Length", "7")));
                }
                return asked;
            });
            fit(site, V1.length + OTHER.length + V2.length);
            assertArrayEquals(V2, site.pull("v2", V2).bytes());
            assertEquals(List.of(), site.evicted);
        }
    }

    @Test
    void aStepThatCouldNotBeBegunKeepsNoRoom() throws Exception {
        try (DeltaSite site = site(true)) {
            site.blob(STEP);
            offerBySteps(site);
            assertArrayEquals(V2, site.pull("v2", V2).bytes());
            assertEquals(OptionalLong.empty(), site.store.partials().sizeOf(digestOf(STEP)));
        }
    }

    /** Two deltas that are none, by a step that no manifest names. */
    private static void offerBySteps(DeltaSite site) throws IOException {
        ManifestContent between = site.model("between", new byte[10]);
        byte[] junk = {1, 2, 3};
        Digest first = site.offer(junk, Optional.of(site.manifest("v1")), Optional.of(V1), between, STEP);
        Digest second = site.offer(junk, Optional.of(between), Optional.of(STEP), site.model("v2", V2), V2);
        assertEquals(first, second);
    }
}
