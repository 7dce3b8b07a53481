package dev.mangrove.proxy.pullthrough;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.Caller;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.Origin;
import dev.mangrove.content.ReadRequest;
import dev.mangrove.content.TestContent;
import dev.mangrove.content.files.PartialBlob;
import dev.mangrove.content.files.PartialBlobs;
import dev.mangrove.distribution.Resolved;
import dev.mangrove.distribution.client.FakeUpstream;
import dev.mangrove.http.Body;
import dev.mangrove.http.Headers;
import dev.mangrove.http.Response;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Pinned;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, visibility and what is left when the upstream is gone. */
class PullThroughTest {
    private static final Location REPOSITORY = Location.parse("acme/detector");
    private static final Location OTHER = Location.parse("acme/other");
    private static final Tag TAG = new Tag("v1");
    private static final TestContent LAYER = TestContent.random(1, 300_000);
    private static final Duration WINDOW = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private PullThroughFixture fixture;
    private FakeUpstream upstream;
    private PullThrough pullThrough;

    @BeforeEach
    void begin() throws IOException {
        fixture = new PullThroughFixture(folder);
        upstream = fixture.parent();
        pullThrough = fixture.start();
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    private ReadRequest whole(TestContent content) {
        return ReadRequest.whole(content.digest(), REPOSITORY, Caller.NODE);
    }

    @Test
    void anImageIsFetchedOnceAndLocalFromThenOn() throws IOException {
        ManifestContent image = upstream.image(REPOSITORY, "v1", LAYER.bytes());
        Resolved first = fixture.resolve(REPOSITORY, TAG).orElseThrow();
        assertArrayEquals(image.raw(), first.manifest().raw());
        PullThroughFixture.Got cold = fixture.read(REPOSITORY, LAYER.digest()).orElseThrow();
        assertArrayEquals(LAYER.bytes(), cold.bytes());
        assertEquals(Origin.CATALOG, cold.origin());

        int asked = upstream.requests().size();
        Resolved second = fixture.resolve(REPOSITORY, TAG).orElseThrow();
        assertEquals(Origin.LOCAL, second.origin());
        assertEquals(Optional.empty(), second.warning());
        PullThroughFixture.Got warm = fixture.read(REPOSITORY, LAYER.digest()).orElseThrow();
        assertArrayEquals(LAYER.bytes(), warm.bytes());
        assertEquals(Origin.LOCAL, warm.origin());
        assertEquals(asked, upstream.requests().size(), "nothing more is asked of the upstream");
        assertEquals(LAYER.bytes().length + image.raw().length, fixture.wanBytes.get());
    }

    @Test
    void aTagIsNotForgottenWhileTheParentThatHadItIsAway() throws IOException {
        try (PullThroughFixture two = new PullThroughFixture(folder.resolve("two"))) {
            FakeUpstream has = two.parent();
            two.parent(); // and this one never had it
            two.start();
            ManifestContent image = has.image(REPOSITORY, "v1", LAYER.bytes());
            assertEquals(
                    image.digest(),
                    two.resolve(REPOSITORY, TAG).orElseThrow().manifest().digest());
            has.fault((exchange, registry) -> {
                exchange.respond(new Response(503, Headers.none(), new Body.Empty()));
                return true;
            });
            two.client.clock().pass(WINDOW);
            for (int pull = 0; pull < 2; pull++) {
                Resolved stale = two.resolve(REPOSITORY, TAG).orElseThrow();
                assertEquals(image.digest(), stale.manifest().digest());
                assertTrue(stale.warning().isPresent());
            }
        }
    }

    @Test
    void aTagDoesNotGoBackOnTheWordOfASecondParentThatCouldNotCheckIt() throws IOException {
        try (PullThroughFixture two = new PullThroughFixture(folder.resolve("two"))) {
            FakeUpstream first = two.parent();
            FakeUpstream second = two.parent();
            two.start();
            ManifestContent old =
                    second.image(REPOSITORY, "v1", TestContent.random(77, 50).bytes());
            ManifestContent current = first.image(REPOSITORY, "v1", LAYER.bytes());
            assertEquals(
                    current.digest(),
                    two.resolve(REPOSITORY, TAG).orElseThrow().manifest().digest());
            first.fault((exchange, registry) -> {
                exchange.respond(new Response(503, Headers.none(), new Body.Empty()));
                return true;
            });
            second.fault((exchange, registry) -> {
                boolean head = exchange.request().method().equals("HEAD");
                if (head) {
                    Headers stale = Headers.of(
                                    "Docker-Content-Digest", old.digest().toString())
                            .with("Warning", "299 - \"tag v1 could not be checked\"");
                    exchange.respond(new Response(200, stale, new Body.LengthOnly(old.raw().length)));
                }
                return head;
            });
            two.client.clock().pass(WINDOW);
            Resolved known = two.resolve(REPOSITORY, TAG).orElseThrow();
            assertEquals(current.digest(), known.manifest().digest());
            assertTrue(known.warning().isPresent());
        }
    }

    @Test
    void aBlobIsServedBeforeItsManifest() throws IOException {
        upstream.registry().put(REPOSITORY, LAYER.bytes());
        assertArrayEquals(
                LAYER.bytes(),
                fixture.read(REPOSITORY, LAYER.digest()).orElseThrow().bytes());
    }

    @Test
    void theEmptyBlobIsServed() throws IOException {
        TestContent nothing = TestContent.of(new byte[0]);
        upstream.registry().put(REPOSITORY, nothing.bytes());
        assertEquals(0, fixture.read(REPOSITORY, nothing.digest()).orElseThrow().bytes().length);
    }

    @Test
    void theSizeOfAColdBlobIsToldByItsManifest() throws IOException {
        upstream.image(REPOSITORY, "v1", LAYER.bytes());
        fixture.resolve(REPOSITORY, TAG);
        int asked = upstream.requests().size();
        assertEquals(
                LAYER.bytes().length,
                pullThrough.blobs().stat(whole(LAYER)).orElseThrow().sizeBytes());
        assertEquals(asked, upstream.requests().size());
    }

    @Test
    void theSizeOfAnUnknownBlobIsAskedOfTheUpstream() throws IOException {
        upstream.registry().put(REPOSITORY, LAYER.bytes());
        assertTrue(pullThrough.blobs().stat(whole(LAYER)).isPresent());
        assertTrue(pullThrough.blobs().stat(whole(TestContent.random(2, 5))).isEmpty());
    }

    @Test
    void whatIsThereForOneRepositoryIsNotThereForAnother() throws IOException {
        upstream.image(REPOSITORY, "v1", LAYER.bytes());
        upstream.image(OTHER, "v1", TestContent.random(9, 10).bytes());
        assertTrue(fixture.read(REPOSITORY, LAYER.digest()).isPresent());
        assertTrue(fixture.read(OTHER, LAYER.digest()).isEmpty());
    }

    @Test
    void aManifestThatNamesTheBlobOfAnotherRepositoryOpensNoDoor() throws IOException {
        upstream.image(REPOSITORY, "v1", LAYER.bytes());
        ManifestContent thief = upstream.image(OTHER, "v1", LAYER.bytes());
        upstream.registry().deleteBlob(OTHER, LAYER.digest(), Caller.ANONYMOUS);
        assertTrue(fixture.read(REPOSITORY, LAYER.digest()).isPresent());
        assertEquals(
                thief.digest(),
                fixture.resolve(OTHER, TAG).orElseThrow().manifest().digest());
        assertTrue(fixture.read(OTHER, LAYER.digest()).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void whatAFillOfAnotherRepositoryLeftOpensNoDoor(int missing) throws IOException {
        TestContent layer = TestContent.random(12, 200_000);
        upstream.image(OTHER, "v1", layer.bytes());
        upstream.registry().deleteBlob(OTHER, layer.digest(), Caller.ANONYMOUS);
        fixture.resolve(OTHER, TAG);
        try (PartialBlob left = fixture.store().partials().join(layer.digest(), layer.bytes().length)) {
            assertTrue(left.startFill());
            left.write(0, ByteBuffer.wrap(layer.bytes(), 0, layer.bytes().length - missing));
        }
        assertTrue(fixture.read(OTHER, layer.digest(), Optional.of(new ByteRange(0, 10)))
                .isEmpty());
        assertTrue(fixture.read(OTHER, layer.digest()).isEmpty());
    }

    @Test
    void aFillThatIsAboutToBeginForAnotherRepositoryOpensNoDoor() throws Exception {
        upstream.image(REPOSITORY, "v1", LAYER.bytes());
        upstream.image(OTHER, "v1", LAYER.bytes());
        upstream.registry().deleteBlob(OTHER, LAYER.digest(), Caller.ANONYMOUS);
        fixture.stop();
        HeldJoin held = new HeldJoin();
        fixture.around(held::around).start();
        fixture.resolve(OTHER, TAG);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> owner = threads.submit(
                    () -> fixture.read(REPOSITORY, LAYER.digest()).isPresent());
            held.reached.await();
            Future<Boolean> thief =
                    threads.submit(() -> fixture.read(OTHER, LAYER.digest()).isPresent());
            try {
                assertFalse(thief.get(20, TimeUnit.SECONDS));
            } finally {
                held.goOn.countDown();
            }
            assertTrue(owner.get());
        }
    }

    /** Stops the second join, which is that of the first fill. */
    private static final class HeldJoin {
        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        private final AtomicInteger joins = new AtomicInteger();

        PartialBlobs around(PartialBlobs real) {
            return new PartialBlobs() {
                @Override
                public PartialBlob join(Digest digest, long sizeBytes) throws IOException {
                    if (joins.incrementAndGet() == 2) {
                        reached.countDown();
                        try {
                            goOn.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    }
                    return real.join(digest, sizeBytes);
                }

                @Override
                public OptionalLong sizeOf(Digest digest) throws IOException {
                    return real.sizeOf(digest);
                }

                @Override
                public Optional<PartialBlob> find(Digest digest) {
                    return real.find(digest);
                }

                @Override
                public int reap(Duration idle) throws IOException {
                    return real.reap(idle);
                }
            };
        }
    }

    @Test
    void aMovedTagIsSeenAfterTheWindow() throws IOException {
        ManifestContent before = upstream.image(REPOSITORY, "v1", LAYER.bytes());
        assertEquals(
                before.digest(),
                fixture.resolve(REPOSITORY, TAG).orElseThrow().manifest().digest());
        ManifestContent after =
                upstream.image(REPOSITORY, "v1", TestContent.random(3, 100).bytes());
        assertEquals(
                before.digest(),
                fixture.resolve(REPOSITORY, TAG).orElseThrow().manifest().digest());
        fixture.client.clock().pass(WINDOW);
        assertEquals(
                after.digest(),
                fixture.resolve(REPOSITORY, TAG).orElseThrow().manifest().digest());
    }

    @Test
    void aPushThroughTheNodeIsSeenAtOnce() throws IOException {
        assertTrue(fixture.resolve(REPOSITORY, TAG).isEmpty());
        ManifestContent image = upstream.image(REPOSITORY, "v1", LAYER.bytes());
        pullThrough.pushed(REPOSITORY);
        assertEquals(
                image.digest(),
                fixture.resolve(REPOSITORY, TAG).orElseThrow().manifest().digest());
    }

    @Test
    void whatWasNotThereIsAskedForAgainSoon() throws IOException {
        assertTrue(fixture.resolve(REPOSITORY, TAG).isEmpty());
        assertTrue(fixture.read(REPOSITORY, LAYER.digest()).isEmpty());
        upstream.image(REPOSITORY, "v1", LAYER.bytes());
        int asked = upstream.requests().size();
        assertTrue(fixture.resolve(REPOSITORY, TAG).isEmpty());
        assertTrue(fixture.read(REPOSITORY, LAYER.digest()).isEmpty());
        assertEquals(asked, upstream.requests().size(), "believed for a moment");
        fixture.client.clock().pass(ManifestSource.MISS_LIFE);
        assertTrue(fixture.resolve(REPOSITORY, TAG).isPresent());
        assertTrue(fixture.read(REPOSITORY, LAYER.digest()).isPresent());
    }

    @Test
    void aTagThatWentUpstreamIsGoneHereAndItsDigestIsNot() throws IOException {
        ManifestContent image = upstream.image(REPOSITORY, "v1", LAYER.bytes());
        fixture.resolve(REPOSITORY, TAG);
        upstream.registry().deleteTag(REPOSITORY, TAG, Caller.ANONYMOUS);
        fixture.client.clock().pass(WINDOW);
        assertTrue(fixture.resolve(REPOSITORY, TAG).isEmpty());
        assertTrue(fixture.resolve(REPOSITORY, new Pinned(image.digest())).isPresent());
    }

    @Test
    void everythingPulledIsServedWithoutTheUpstreamAlsoAfterARestart() throws IOException {
        ManifestContent image = upstream.image(REPOSITORY, "v1", LAYER.bytes());
        fixture.resolve(REPOSITORY, TAG);
        fixture.read(REPOSITORY, LAYER.digest());
        upstream.close();
        fixture.stop();
        pullThrough = fixture.start();
        fixture.client.clock().pass(WINDOW);

        Resolved stale = fixture.resolve(REPOSITORY, TAG).orElseThrow();
        assertEquals(image.digest(), stale.manifest().digest());
        assertTrue(stale.warning().orElseThrow().contains("could not be checked"), stale.warning()::get);
        assertTrue(fixture.resolve(REPOSITORY, new Pinned(image.digest())).isPresent());
        assertArrayEquals(
                LAYER.bytes(),
                fixture.read(REPOSITORY, LAYER.digest()).orElseThrow().bytes());
        assertEquals(Optional.of(List.of(TAG)), pullThrough.tags(REPOSITORY, Optional.empty(), 10, Caller.NODE));
        assertEquals(List.of(), pullThrough.referrers(REPOSITORY, image.digest(), Caller.NODE));
    }

    @Test
    void whatWasNeverPulledIsUnavailableAndNotUnknownWithoutTheUpstream() throws IOException {
        upstream.close();
        assertThrows(ContentException.Unavailable.class, () -> fixture.resolve(REPOSITORY, TAG));
        assertThrows(ContentException.Unavailable.class, () -> fixture.read(REPOSITORY, LAYER.digest()));
        assertThrows(
                ContentException.Unavailable.class,
                () -> pullThrough.tags(REPOSITORY, Optional.empty(), 10, Caller.NODE));
    }

    @Test
    void theFreshPolicyServesNothingItCannotCheck() throws IOException {
        fixture.stop();
        pullThrough =
                fixture.with(new Freshness(WINDOW, Freshness.Policy.FRESH)).start();
        upstream.image(REPOSITORY, "v1", LAYER.bytes());
        assertTrue(fixture.resolve(REPOSITORY, TAG).isPresent());
        upstream.close();
        assertTrue(fixture.resolve(REPOSITORY, TAG).isPresent(), "inside of the window it was checked");
        fixture.client.clock().pass(WINDOW);
        assertThrows(ContentException.Unavailable.class, () -> fixture.resolve(REPOSITORY, TAG));
    }

    @Test
    void thePinnedPolicyNeverAsksAgain() throws IOException {
        fixture.stop();
        pullThrough =
                fixture.with(new Freshness(WINDOW, Freshness.Policy.PINNED)).start();
        ManifestContent before = upstream.image(REPOSITORY, "v1", LAYER.bytes());
        assertTrue(fixture.resolve(REPOSITORY, TAG).isPresent());
        upstream.image(REPOSITORY, "v1", TestContent.random(3, 100).bytes());
        fixture.client.clock().pass(WINDOW.multipliedBy(100));
        assertEquals(
                before.digest(),
                fixture.resolve(REPOSITORY, TAG).orElseThrow().manifest().digest());
    }

    @Test
    void aTagIsServedAsLastSeenWhileTheUpstreamHangs() throws IOException {
        fixture.stop();
        pullThrough = fixture.with(new Freshness(WINDOW, Freshness.Policy.STALE_OK, Duration.ofMillis(50)))
                .start();
        ManifestContent image = upstream.image(REPOSITORY, "v1", LAYER.bytes());
        assertTrue(fixture.resolve(REPOSITORY, TAG).isPresent());
        fixture.client.clock().pass(WINDOW);
        upstream.fault((exchange, registry) -> {
            upstream.hang();
            return true;
        });
        Resolved stale = fixture.resolve(REPOSITORY, TAG).orElseThrow();
        assertEquals(image.digest(), stale.manifest().digest());
        assertTrue(stale.warning().isPresent());
    }

    @Test
    void aRefusalOfTheUpstreamIsNotServedFromMemory() throws IOException {
        upstream.image(REPOSITORY, "v1", LAYER.bytes());
        assertTrue(fixture.resolve(REPOSITORY, TAG).isPresent());
        fixture.client.clock().pass(WINDOW);
        upstream.fault((exchange, registry) -> {
            exchange.respond(dev.mangrove.http.Response.empty(403, dev.mangrove.http.Headers.none()));
            return true;
        });
        ContentException.Refused refused =
                assertThrows(ContentException.Refused.class, () -> fixture.resolve(REPOSITORY, TAG));
        assertFalse(refused.loginHelps(), "the login that is missing is ours");
    }

    @Test
    void referrersAreThoseOfTheUpstreamAndAreRemembered() throws IOException {
        ManifestContent image = upstream.image(REPOSITORY, "v1", LAYER.bytes());
        assertEquals(List.of(), pullThrough.referrers(OTHER, image.digest(), Caller.NODE));
        ManifestContent signature = TestManifests.attachedTo(image);
        upstream.registry().putManifest(REPOSITORY, signature, List.of(), Caller.ANONYMOUS);
        List<Descriptor> listed = pullThrough.referrers(REPOSITORY, image.digest(), Caller.NODE);
        assertEquals(
                List.of(signature.digest()),
                listed.stream().map(Descriptor::digest).toList());
        upstream.close();
        assertEquals(listed, pullThrough.referrers(REPOSITORY, image.digest(), Caller.NODE));
    }

    @Test
    void aRegistryThatIsNotConfiguredIsNeverDialled() throws IOException {
        Location foreign = Location.parse("127.0.0.1:" + upstream.url().base().getPort() + "/acme/detector");
        upstream.image(REPOSITORY, "v1", LAYER.bytes());
        assertTrue(fixture.resolve(foreign, TAG).isEmpty());
        assertTrue(fixture.read(foreign, LAYER.digest()).isEmpty());
        assertTrue(upstream.requests().isEmpty());
    }

    @Test
    void aManifestDamagedOnDiskIsFetchedAgain() throws IOException {
        ManifestContent image = upstream.image(REPOSITORY, "v1", LAYER.bytes());
        assertTrue(fixture.resolve(REPOSITORY, TAG).isPresent());
        String hex = image.digest().hex();
        Path file = folder.resolve("blobs/sha256").resolve(hex.substring(0, 2)).resolve(hex);
        byte[] bytes = java.nio.file.Files.readAllBytes(file);
        bytes[10] ^= 1;
        file.toFile().setWritable(true);
        java.nio.file.Files.write(file, bytes);
        assertArrayEquals(
                image.raw(),
                fixture.resolve(REPOSITORY, TAG).orElseThrow().manifest().raw());
    }
}
