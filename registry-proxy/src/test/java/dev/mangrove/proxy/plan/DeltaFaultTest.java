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
import dev.mangrove.delta.DeltaDecoder;
import dev.mangrove.delta.format.DeltaFront;
import dev.mangrove.delta.format.FrontWriter;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.distribution.client.FakeUpstream;
import dev.mangrove.http.Body;
import dev.mangrove.http.Headers;
import dev.mangrove.http.Response;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.proxy.plan.DeltaEvents.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong with a delta: the outcome is clear, the old version is served, and nothing unverified is kept. */
@Timeout(120)
class DeltaFaultTest {
    private static final byte[] V1 = TestTensors.model(1, 7 << 20);
    private static final byte[] V2 = TestTensors.retrained(V1, 2, 0.02);
    private static final byte[] V3 = TestTensors.retrained(V1, 3, 0.02);
    private static final byte[] ADAPTER = TestTensors.adapter(V1, 5);
    private static final byte[] MERGED = TestTensors.merged(V1, ADAPTER);

    @TempDir
    private Path folder;

    private byte[] delta = {};

    @BeforeEach
    void makeDelta() throws IOException {
        delta = deltaBetween(List.of(V1), V2);
    }

    /** A site that holds v1 and is offered that delta to v2. */
    private DeltaSite siteWith(byte[] offered, boolean fullFallback) throws IOException {
        DeltaSite site = new DeltaSite(folder, DeltaPolicy.node(fullFallback));
        ManifestContent first = site.model("v1", V1);
        ManifestContent second = site.model("v2", V2);
        site.offer(offered, Optional.of(first), Optional.of(V1), second, V2);
        site.pull("v1", V1);
        return site;
    }

    private static void assertOldVersionServed(DeltaSite site) throws IOException {
        DeltaSite.Got old = site.pull("v1", V1);
        assertArrayEquals(V1, old.bytes());
        assertEquals(Origin.LOCAL, old.origin());
    }

    private Path fileOf(Digest blob) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("blobs"))) {
            return files.filter(file -> file.getFileName().toString().equals(blob.hex()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Changes some bytes in the middle of a stored blob, as a bad disk does. */
    private void damage(Digest blob) throws IOException {
        Path file = fileOf(blob);
        assertTrue(file.toFile().setWritable(true));
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < 1000; i++) {
            bytes[bytes.length / 2 + i] ^= 0x55;
        }
        Files.write(file, bytes, StandardOpenOption.WRITE);
    }

    @Test
    void aDamagedBaseIsNoticedAndTheRestIsAskedFor() throws Exception {
        try (DeltaSite site = siteWith(delta, true)) {
            damage(digestOf(V1));
            DeltaSite.Got got = site.pull("v2", V2);
            assertArrayEquals(V2, got.bytes());
            assertEquals(List.of(Failure.WRONG_BASE), site.failures);
            assertTrue(site.store.stat(digestOf(V2)).isPresent());
            assertEquals(List.of(digestOf(V1)), site.damaged);
            assertTrue(site.store.stat(digestOf(V1)).isEmpty(), "nobody is given the damaged base");
        }
    }

    @Test
    void aBaseEvictedMidwayIsKeptUntilTheTargetIsMade() throws Exception {
        try (DeltaSite site = siteWith(delta, true)) {
            site.parent.fault((exchange, registry) -> {
                if (isDelta(exchange.request().rawPath())) {
                    site.store.discard(digestOf(V1));
                }
                return false;
            });
            DeltaSite.Got got = site.pull("v2", V2);
            assertArrayEquals(V2, got.bytes());
            assertEquals(Origin.DELTA, got.origin());
        }
    }

    @Test
    void aBaseThatIsGoneMeansNoDeltaFromIt() throws Exception {
        try (DeltaSite site = siteWith(delta, true)) {
            site.store.discard(digestOf(V1));
            site.store.emptyTrash(java.time.Duration.ofSeconds(-1));
            DeltaSite.Got got = site.pull("v2", V2);
            assertArrayEquals(V2, got.bytes());
            assertEquals(Origin.REGION, got.origin());
        }
    }

    @Test
    void aDeltaDamagedOnTheWayIsNotKeptAndTheTargetComesWhole() throws Exception {
        try (DeltaSite site = siteWith(delta, true)) {
            byte[] bad = delta.clone();
            bad[bad.length - 100] ^= 1;
            site.parent.fault((exchange, registry) -> {
                boolean asked = isDelta(exchange.request().rawPath());
                if (asked) {
                    exchange.respond(new Response(200, Headers.none(), new Body.Bytes(bad)));
                }
                return asked;
            });
            DeltaSite.Got got = pullAsClientsDo(site);
            assertArrayEquals(V2, got.bytes());
            assertEquals(List.of(Failure.BAD_DELTA), site.failures);
            assertEquals(List.of("all"), site.ranges(digestOf(V2)), "nothing the damaged delta wrote is kept");
            assertTrue(site.store.stat(digestOf(delta)).isEmpty());
            assertOldVersionServed(site);
        }
    }

    /** Who has read some of what the damaged delta wrote is cut off, and asks again. */
    private static DeltaSite.Got pullAsClientsDo(DeltaSite site) throws IOException {
        try {
            return site.pull("v2", V2);
        } catch (ContentException.Unavailable e) {
            return site.pull("v2", V2);
        }
    }

    @Test
    void aDeltaToSomethingElseIsRefused() throws Exception {
        try (DeltaSite site = siteWith(deltaBetween(List.of(V1), V3), true)) {
            DeltaSite.Got got = site.pull("v2", V2);
            assertArrayEquals(V2, got.bytes());
            assertEquals(List.of(Failure.BAD_DELTA), site.failures);
        }
    }

    @Test
    void aDeltaThatLiesAboutItsTargetNeverCompletesIt() throws Exception {
        try (DeltaSite site = siteWith(lying(V1, V3, digestOf(V2)), true)) {
            assertThrows(IOException.class, () -> site.pull("v2", V2));
            assertEquals(List.of(Failure.BAD_DELTA), site.failures);
            assertTrue(site.store.stat(digestOf(V2)).isEmpty());
            assertOldVersionServed(site);
            DeltaSite.Got got = site.pull("v2", V2);
            assertArrayEquals(V2, got.bytes());
            assertEquals(Origin.REGION, got.origin());
        }
    }

    /** A delta whose checks all hold, under the digest of another target. */
    static byte[] lying(byte[] base, byte[] target, Digest claimed) throws IOException {
        byte[] honest = deltaBetween(List.of(base), target);
        DeltaFront front = DeltaDecoder.open(ByteSource.of(honest)).front();
        byte[] head = FrontWriter.pack(new DeltaFront(
                front.targetSize(),
                claimed,
                front.segmentBytes(),
                front.bases(),
                front.regions(),
                front.tables(),
                front.sketchOffsets(),
                front.segments(),
                front.bodyOffset()));
        int bodyOffset = (int) front.bodyOffset();
        byte[] whole = Arrays.copyOf(head, head.length + honest.length - bodyOffset);
        System.arraycopy(honest, bodyOffset, whole, head.length, honest.length - bodyOffset);
        return whole;
    }

    @Test
    void garbageInPlaceOfADeltaIsRefused() throws Exception {
        byte[] garbage = new byte[100_000];
        Arrays.fill(garbage, (byte) 0xff);
        try (DeltaSite site = siteWith(garbage, true)) {
            assertArrayEquals(V2, site.pull("v2", V2).bytes());
            assertEquals(List.of(Failure.BAD_DELTA), site.failures);
        }
    }

    @Test
    void theTargetIsNotAskedForWholeWhereThePolicyForbidsIt() throws Exception {
        try (DeltaSite site = siteWith(deltaBetween(List.of(V1), V3), false)) {
            ContentException.Refused refused = assertThrows(ContentException.Refused.class, () -> site.pull("v2", V2));
            assertTrue(String.valueOf(refused.getMessage()).contains("delta.full-fallback"), refused.getMessage());
            assertEquals(0, site.parent.count("GET", "/blobs/" + digestOf(V2)));
            assertTrue(site.store.stat(digestOf(V2)).isEmpty());
            assertOldVersionServed(site);
        }
    }

    @Test
    void aDeltaThatBreaksOffGoesOnWhereItStoppedAfterARestart() throws Exception {
        try (DeltaSite site = siteWith(delta, true)) {
            int half = delta.length / 2;
            AtomicBoolean down = new AtomicBoolean();
            site.parent.fault((exchange, registry) -> {
                if (!isDelta(exchange.request().rawPath())) {
                    return false;
                }
                if (down.getAndSet(true)) {
                    exchange.respond(Response.empty(503, Headers.none()));
                } else {
                    exchange.respond(FakeUpstream.cutAfter(
                            new Response(200, Headers.none(), new Body.Bytes(delta)), delta, half));
                }
                return true;
            });
            assertThrows(IOException.class, () -> site.pull("v2", V2));
            assertEquals(0, site.parent.count("GET", "/blobs/" + digestOf(V2)), "not whole instead");
            assertOldVersionServed(site);
            site.parent.behave();
            site.restart(StoreLimits.NONE);
            long before = site.wanBytes.get();

            DeltaSite.Got got = site.pull("v2", V2);

            assertArrayEquals(V2, got.bytes());
            assertEquals(V2.length - delta.length, site.savedBytes.get());
            assertEquals(0, site.parent.count("GET", "/blobs/" + digestOf(V2)), "still not whole");
            assertTrue(
                    site.wanBytes.get() - before <= delta.length - half + (64 << 10),
                    "moved again " + (site.wanBytes.get() - before) + " of " + delta.length);
        }
    }

    @Test
    void aFullDiskEndsTheUpdateAndServesOn() throws Exception {
        try (DeltaSite site = siteWith(delta, true)) {
            site.hold(digestOf(V1));
            site.restart(new StoreLimits(V1.length + (1L << 20), 0, 0));
            assertThrows(ContentException.OverBudget.class, () -> site.pull("v2", V2));
            assertTrue(site.store.stat(digestOf(V2)).isEmpty());
            assertOldVersionServed(site);
            site.restart(StoreLimits.NONE);
            assertArrayEquals(V2, site.pull("v2", V2).bytes());
        }
    }

    private boolean isDelta(String path) {
        return path.endsWith("/blobs/" + digestOf(delta));
    }

    @Test
    void anAdapterThatTheParentDoesNotHaveCostsTheWholeBlob() throws Exception {
        try (DeltaSite site = new DeltaSite(folder, DeltaPolicy.node(true))) {
            ManifestContent first = site.model("v1", V1);
            site.offer(first, V1, ADAPTER, site.model("v2", MERGED), MERGED);
            site.pull("v1", V1);
            assertArrayEquals(MERGED, site.pull("v2", MERGED).bytes());
            assertEquals(List.of(Failure.BAD_DELTA), site.failures);
        }
    }

    @Test
    void anAdapterThatTheDiskDamagedIsFoundOutAndCostsNoWrongByte() throws Exception {
        try (DeltaSite site = new DeltaSite(folder, DeltaPolicy.node(true))) {
            ManifestContent first = site.model("v1", V1);
            site.offer(first, V1, ADAPTER, site.model("v2", MERGED), MERGED);
            site.pull("v1", V1);
            site.pullModel("lora", ADAPTER);
            damage(digestOf(ADAPTER));
            assertArrayEquals(MERGED, site.pull("v2", MERGED).bytes());
            assertEquals(List.of(digestOf(ADAPTER)), site.damaged);
        }
    }
}
