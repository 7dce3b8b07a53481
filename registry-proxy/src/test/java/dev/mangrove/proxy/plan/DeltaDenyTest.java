package dev.mangrove.proxy.plan;

import static dev.mangrove.proxy.plan.DeltaSite.deltaBetween;
import static dev.mangrove.proxy.plan.DeltaSite.digestOf;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.ContentException;
import dev.mangrove.content.Origin;
import dev.mangrove.content.TestTensors;
import dev.mangrove.http.Headers;
import dev.mangrove.http.Response;
import dev.mangrove.oci.ManifestContent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where the whole blob must not be asked for in place of a delta, it never is: not at once, not by the next pull. */
@Timeout(120)
class DeltaDenyTest {
    private static final byte[] V1 = TestTensors.model(1, 5 << 20);
    private static final byte[] V2 = TestTensors.retrained(V1, 2, 0.02);
    private static final byte[] V3 = TestTensors.retrained(V1, 3, 0.02);

    @TempDir
    private Path folder;

    private DeltaSite siteWith(byte[] offered) throws IOException {
        DeltaSite site = new DeltaSite(folder, DeltaPolicy.node(false));
        ManifestContent first = site.model("v1", V1);
        ManifestContent second = site.model("v2", V2);
        site.offer(offered, Optional.of(first), Optional.of(V1), second, V2);
        assertEquals(Origin.REGION, site.pull("v1", V1).origin(), "a first pull has nothing to fall back from");
        return site;
    }

    private static void assertRefused(DeltaSite site) {
        ContentException.Refused refused = assertThrows(ContentException.Refused.class, () -> site.pull("v2", V2));
        assertTrue(String.valueOf(refused.getMessage()).contains("delta.full-fallback=allow"), refused.getMessage());
        assertEquals(0, site.parent.count("GET", "/blobs/" + digestOf(V2)));
    }

    @Test
    void everyPullIsRefusedWhileTheDeltaIsBad() throws Exception {
        try (DeltaSite site = siteWith(deltaBetween(List.of(V1), V3))) {
            assertRefused(site);
            assertRefused(site);
            site.client.clock().pass(Duration.ofMinutes(30));
            assertRefused(site);
            site.client.clock().pass(Distrust.TERM);
            assertRefused(site);
        }
    }

    @Test
    void aDeltaThatLiesAboutItsTargetIsNotReplacedInTheSameRequest() throws Exception {
        try (DeltaSite site = siteWith(DeltaFaultTest.lying(V1, V3, digestOf(V2)))) {
            assertThrows(IOException.class, () -> site.pull("v2", V2));
            assertRefused(site);
        }
    }

    @Test
    void troubleWhilePlanningOpensNoDoor() throws Exception {
        try (DeltaSite site = siteWith(deltaBetween(List.of(V1), V2))) {
            site.parent.fault((exchange, registry) -> {
                boolean asked = exchange.request().rawPath().contains("/referrers/");
                if (asked) {
                    exchange.respond(Response.empty(500, Headers.none()));
                }
                return asked;
            });
            assertThrows(ContentException.Unavailable.class, () -> site.pull("v2", V2));
            assertEquals(0, site.parent.count("GET", "/blobs/" + digestOf(V2)));
            site.parent.behave();
            assertEquals(Origin.DELTA, site.pull("v2", V2).origin());
        }
    }

    @Test
    void aClientIsToldNoPathOfThisMachine() throws Exception {
        try (DeltaSite site = siteWith(deltaBetween(List.of(V1), V3))) {
            ContentException.Refused refused = assertThrows(ContentException.Refused.class, () -> site.pull("v2", V2));
            assertFalse(String.valueOf(refused.getMessage()).contains(folder.toString()));
        }
    }

    @Test
    void whatHasNoDeltaIsAskedForWhole() throws Exception {
        try (DeltaSite site = siteWith(deltaBetween(List.of(V1), V2))) {
            site.model("v3", V3);
            DeltaSite.Got got = site.pull("v3", V3);
            assertArrayEquals(V3, got.bytes());
            assertEquals(Origin.REGION, got.origin());
        }
    }
}
