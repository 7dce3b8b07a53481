package dev.mangrove.proxy.plan;

import static dev.mangrove.proxy.plan.DeltaSite.deltaBetween;
import static dev.mangrove.proxy.plan.DeltaSite.digestOf;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.Origin;
import dev.mangrove.content.TestTensors;
import dev.mangrove.content.files.PartialBlob;
import dev.mangrove.http.Eventually;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever holds a base and is asked for a target makes it from the delta, and nobody has to ask for one. */
@Timeout(120)
class DeltaShortcutTest {
    private static final byte[] V1 = TestTensors.model(1, 5 << 20);
    private static final byte[] V2 = TestTensors.retrained(V1, 2, 0.02);
    private static final byte[] V3 = TestTensors.retrained(V2, 3, 0.02);
    private static final byte[] ADAPTER = TestTensors.adapter(V1, 5);
    private static final byte[] MERGED = TestTensors.merged(V1, ADAPTER);
    private static final int MAX_MANIFESTS_BYTES = 4_000;
    private static final int PATIENCE_SECONDS = 60;

    @TempDir
    private Path folder;

    @Test
    void anUpdateMovesOnlyTheDelta() throws Exception {
        try (DeltaSite site = new DeltaSite(folder, DeltaPolicy.node(true))) {
            ManifestContent first = site.model("v1", V1);
            ManifestContent second = site.model("v2", V2);
            byte[] delta = deltaBetween(List.of(V1), V2);
            site.offer(delta, Optional.of(first), Optional.of(V1), second, V2);
            assertEquals(Origin.REGION, site.pull("v1", V1).origin());
            long before = site.wanBytes.get();

            DeltaSite.Got got = site.pull("v2", V2);

            assertArrayEquals(V2, got.bytes());
            assertEquals(Origin.DELTA, got.origin());
            assertOnlyManifestsBesides(delta.length, site.wanBytes.get() - before);
            assertEquals(V2.length - delta.length, site.savedBytes.get());
            assertEquals(0, site.parent.count("GET", "/blobs/" + digestOf(V2)));
            assertEquals(Origin.LOCAL, site.pull("v2", V2).origin());
        }
    }

    @Test
    void aNodeThrowsTheDeltaAwayAndARegionKeepsIt() throws Exception {
        for (boolean region : List.of(false, true)) {
            DeltaPolicy policy = region ? DeltaPolicy.region(true) : DeltaPolicy.node(true);
            try (DeltaSite site = new DeltaSite(folder.resolve("region-" + region), policy)) {
                Digest delta = site.offer(site.model("v1", V1), V1, site.model("v2", V2), V2);
                site.pull("v1", V1);
                site.pull("v2", V2);
                if (region) {
                    site.store.partials().awaitCommit(delta);
                }
                assertEquals(region, site.store.stat(delta).isPresent());
            }
        }
    }

    @Test
    void aFirstPullUsesTheTargetPackedOnItsOwn() throws Exception {
        try (DeltaSite site = new DeltaSite(folder, DeltaPolicy.node(true))) {
            ManifestContent first = site.model("v1", V1);
            byte[] packed = deltaBetween(List.of(), V1);
            site.offer(packed, Optional.empty(), Optional.empty(), first, V1);
            DeltaSite.Got got = site.pull("v1", V1);
            assertArrayEquals(V1, got.bytes());
            assertEquals(Origin.DELTA, got.origin());
            assertOnlyManifestsBesides(packed.length, site.wanBytes.get());
        }
    }

    /** The manifests of the model and of the delta cross the link, too. */
    private static void assertOnlyManifestsBesides(long blobBytes, long movedBytes) {
        long manifestBytes = movedBytes - blobBytes;
        assertTrue(manifestBytes > 0 && manifestBytes < MAX_MANIFESTS_BYTES, "manifests of " + manifestBytes);
    }

    @Test
    void twoDeltasInARowLeadFromAnOlderVersion() throws Exception {
        try (DeltaSite site = new DeltaSite(folder, DeltaPolicy.node(true))) {
            ManifestContent first = site.model("v1", V1);
            ManifestContent second = site.model("v2", V2);
            ManifestContent third = site.model("v3", V3);
            site.offer(first, V1, second, V2);
            site.offer(second, V2, third, V3);
            site.pull("v1", V1);
            long before = site.wanBytes.get();

            DeltaSite.Got got = site.pull("v3", V3);

            assertArrayEquals(V3, got.bytes());
            assertEquals(Origin.DELTA, got.origin());
            assertTrue(site.wanBytes.get() - before < V3.length / 4, "moved " + (site.wanBytes.get() - before));
        }
    }

    @Test
    void whileAnotherFillMakesAStepOtherDeltasHaveTheirTurn() throws Exception {
        byte[] other = TestTensors.retrained(V1, 4, 0.02);
        try (DeltaSite site = new DeltaSite(folder, DeltaPolicy.node(true));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            ManifestContent first = site.model("v1", V1);
            ManifestContent second = site.model("v2", V2);
            site.offer(first, V1, second, V2);
            site.offer(second, V2, site.model("v3", V3), V3);
            site.offer(first, V1, site.model("other", other), other);
            site.pull("v1", V1);
            try (PartialBlob step = site.store.partials().join(digestOf(V2), V2.length)) {
                assertTrue(step.startFill());
                Future<DeltaSite.Got> waiting = threads.submit(() -> site.pull("v3", V3));
                Eventually.holds(
                        "it has asked all it needs to plan",
                        () -> site.parent.count("HEAD", "/blobs/" + digestOf(V3)) > 0);
                try {
                    Future<DeltaSite.Got> free = threads.submit(() -> site.pull("other", other));
                    assertEquals(
                            Origin.DELTA,
                            free.get(PATIENCE_SECONDS, TimeUnit.SECONDS).origin());
                } finally { // or nothing here would ever end
                    step.write(0, ByteBuffer.wrap(V2));
                    step.commit();
                }
                assertArrayEquals(V3, waiting.get().bytes());
                assertEquals(Origin.DELTA, waiting.get().origin());
            }
        }
    }

    @Test
    void anAdapterThatWasMergedIsFetchedOnceAndExplainsTheChange() throws Exception {
        try (DeltaSite site = new DeltaSite(folder, DeltaPolicy.node(true))) {
            ManifestContent first = site.model("v1", V1);
            site.blob(ADAPTER);
            Digest delta = site.offer(first, V1, ADAPTER, site.model("v2", MERGED), MERGED);
            site.pull("v1", V1);
            long before = site.wanBytes.get();

            DeltaSite.Got got = site.pull("v2", MERGED);

            assertArrayEquals(MERGED, got.bytes());
            assertEquals(Origin.DELTA, got.origin());
            assertEquals(List.of("all"), site.ranges(digestOf(ADAPTER)));
            long cost = site.wanBytes.get() - before;
            assertTrue(cost < ADAPTER.length * 1.2 + MAX_MANIFESTS_BYTES, "cost " + cost);
            assertEquals(List.of("all"), site.ranges(delta));
            assertTrue(site.store.stat(digestOf(ADAPTER)).isPresent(), "a later merge may need it again");

            byte[] again = TestTensors.merged(V2, ADAPTER);
            ManifestContent second = site.model("v1b", V2);
            site.pull("v1b", V2);
            site.offer(second, V2, ADAPTER, site.model("v3", again), again);
            assertEquals(Origin.DELTA, site.pull("v3", again).origin());
            assertEquals(List.of("all"), site.ranges(digestOf(ADAPTER)), "it is here");
        }
    }

    @Test
    void theBlobItselfIsAskedForWhereADeltaCostsMore() throws Exception {
        byte[] tail = V2.clone();
        try (DeltaSite site = new DeltaSite(folder, DeltaPolicy.node(true))) {
            ManifestContent first = site.model("v1", V1);
            ManifestContent second = site.model("v2", tail);
            byte[] delta = new byte[V2.length + 1];
            site.offer(delta, Optional.of(first), Optional.of(V1), second, tail);
            site.pull("v1", V1);
            DeltaSite.Got got = site.pull("v2", tail);
            assertArrayEquals(tail, got.bytes());
            assertEquals(Origin.REGION, got.origin());
        }
    }

    @Test
    void theParentIsToldWhichManifestIsHeld() throws Exception {
        try (DeltaSite site = new DeltaSite(folder, DeltaPolicy.node(true))) {
            ManifestContent first = site.model("v1", V1);
            ManifestContent second = site.model("v2", V2);
            site.pull("v1", V1);
            assertEquals(Origin.REGION, site.pull("v2", V2).origin());
            assertTrue(site.parent.requests().stream()
                    .anyMatch(asked -> asked.rawPath().endsWith("/referrers/" + second.digest())
                            && asked.query("mangrove-base")
                                    .equals(Optional.of(first.digest().toString()))));
        }
    }

    @Test
    void aBlobThatTheParentDoesNotShowIsNotMadeFromADelta() throws Exception {
        try (DeltaSite site = new DeltaSite(folder, DeltaPolicy.node(true))) {
            site.offer(site.model("v1", V1), V1, site.model("v2", V2), V2);
            site.pull("v1", V1);
            site.parent.fault((exchange, registry) -> {
                boolean target = exchange.request().rawPath().endsWith("/blobs/" + digestOf(V2));
                if (target) {
                    exchange.respond(dev.mangrove.http.Response.empty(404, dev.mangrove.http.Headers.none()));
                }
                return target;
            });
            boolean read = false;
            try {
                site.pull("v2", V2);
                read = true;
            } catch (java.util.NoSuchElementException absent) {
                // as it should be
            }
            assertFalse(read);
            assertTrue(site.store.stat(digestOf(V2)).isEmpty());
        }
    }

    @Test
    void aBaseThatOnlyAnotherRepositoryMayReadIsNone() throws Exception {
        Location other = Location.parse("acme/private");
        try (DeltaSite site = new DeltaSite(folder, DeltaPolicy.node(true))) {
            ManifestContent second = site.model("v2", V2);
            site.offer(deltaBetween(List.of(V1), V2), Optional.empty(), Optional.of(V1), second, V2);
            assertEquals(digestOf(V1), site.parent.registry().put(other, V1));
            assertArrayEquals(V1, site.read(other, V1).bytes());

            DeltaSite.Got got = site.pull("v2", V2);

            assertArrayEquals(V2, got.bytes());
            assertEquals(Origin.REGION, got.origin());
        }
    }

    @Test
    void anAdapterThatOnlyAnotherRepositoryMayReadIsNone() throws Exception {
        Location other = Location.parse("acme/private");
        try (DeltaSite site = new DeltaSite(folder, DeltaPolicy.node(true))) {
            ManifestContent first = site.model("v1", V1);
            site.offer(first, V1, ADAPTER, site.model("v2", MERGED), MERGED);
            assertEquals(digestOf(ADAPTER), site.parent.registry().put(other, ADAPTER));
            assertArrayEquals(ADAPTER, site.read(other, ADAPTER).bytes());
            assertArrayEquals(V1, site.pull("v1", V1).bytes());

            DeltaSite.Got got = site.pull("v2", MERGED);

            assertArrayEquals(MERGED, got.bytes());
            assertEquals(Origin.REGION, got.origin());
        }
    }
}
