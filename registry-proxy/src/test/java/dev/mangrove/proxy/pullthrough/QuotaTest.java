package dev.mangrove.proxy.pullthrough;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.ContentException;
import dev.mangrove.content.TestContent;
import dev.mangrove.content.files.StoreLimits;
import dev.mangrove.distribution.client.FakeUpstream;
import dev.mangrove.http.Eventually;
import dev.mangrove.http.Headers;
import dev.mangrove.http.Response;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes when something new does not fit. */
class QuotaTest {
    private static final Location REPOSITORY = Location.parse("acme/detector");
    private static final int BLOB_BYTES = 400_000;
    private static final TestContent FIRST = TestContent.random(1, BLOB_BYTES);
    private static final TestContent SECOND = TestContent.random(2, BLOB_BYTES);
    private static final TestContent THIRD = TestContent.random(3, BLOB_BYTES);

    @TempDir
    private Path folder;

    private PullThroughFixture fixture;
    private FakeUpstream upstream;

    @BeforeEach
    void begin() throws IOException {
        fixture = new PullThroughFixture(folder).with(new StoreLimits(1_000_000, 0, 0));
        upstream = fixture.parent();
        for (TestContent blob : List.of(FIRST, SECOND, THIRD)) {
            upstream.registry().put(REPOSITORY, blob.bytes());
        }
        fixture.start();
    }

    @AfterEach
    void end() throws IOException {
        fixture.close();
    }

    private void pull(TestContent blob) throws IOException {
        assertArrayEquals(
                blob.bytes(),
                fixture.read(REPOSITORY, blob.digest()).orElseThrow().bytes());
        fixture.awaitStored(blob.digest());
        fixture.client.clock().pass(Duration.ofMinutes(10));
    }

    @Test
    void theBlobThatWasNotReadForTheLongestTimeMakesRoom() throws IOException {
        pull(FIRST);
        pull(SECOND);
        pull(FIRST);
        pull(THIRD);
        assertEquals(List.of(SECOND.digest()), fixture.evicted);
        pull(SECOND);
        assertTrue(
                fixture.store().usedBytes() <= 1_000_000,
                "uses " + fixture.store().usedBytes());
    }

    @Test
    void aManifestStaysWhenBlobsGo() throws IOException {
        upstream.image(REPOSITORY, "v1", FIRST.bytes());
        assertTrue(fixture.resolve(REPOSITORY, new Tag("v1")).isPresent());
        pull(FIRST);
        pull(SECOND);
        pull(THIRD);
        upstream.close();
        assertTrue(fixture.resolve(REPOSITORY, new Tag("v1")).isPresent());
    }

    @Test
    void aBlobThatIsReadWhileItIsEvictedIsReadToItsEnd() throws IOException {
        pull(FIRST);
        byte[] read = fixture.readWith(REPOSITORY, FIRST.digest(), in -> {
            byte[] beginning = in.readNBytes(1_000);
            pull(SECOND);
            pull(THIRD);
            byte[] all = Arrays.copyOf(beginning, BLOB_BYTES);
            assertEquals(BLOB_BYTES - 1_000, in.readNBytes(all, 1_000, BLOB_BYTES - 1_000));
            return all;
        });
        assertArrayEquals(FIRST.bytes(), read);
    }

    @Test
    void aManifestThatLiesAboutASizeEvictsNothing() throws IOException {
        TestContent small = TestContent.random(5, 1_000);
        upstream.registry().put(REPOSITORY, small.bytes());
        TestManifests.put(upstream, REPOSITORY, "lie", small.digest(), 900_000);
        pull(FIRST);
        pull(SECOND);
        fixture.resolve(REPOSITORY, new Tag("lie"));
        assertArrayEquals(
                small.bytes(),
                fixture.read(REPOSITORY, small.digest()).orElseThrow().bytes());
        assertEquals(List.of(), fixture.evicted);
    }

    @Test
    void aManifestThatLiesAboutASizeTakesNoPartialAway() throws IOException {
        Location other = Location.parse("acme/other");
        AtomicBoolean cut = new AtomicBoolean();
        upstream.fault((exchange, registry) -> {
            boolean get = FakeUpstream.isBlobGet(exchange, FIRST.digest());
            if (get && !cut.getAndSet(true)) {
                byte[] body = FakeUpstream.asked(exchange, FIRST.bytes());
                exchange.respond(FakeUpstream.cutAfter(FakeUpstream.part(exchange, FIRST.bytes()), body, 200_000));
            } else if (get) {
                exchange.respond(Response.empty(503, Headers.none()));
            }
            return get;
        });
        assertThrows(IOException.class, () -> fixture.read(REPOSITORY, FIRST.digest()));
        upstream.behave();
        TestManifests.put(upstream, other, "lie", FIRST.digest(), 7);
        fixture.resolve(other, new Tag("lie"));

        assertTrue(fixture.read(other, FIRST.digest()).isEmpty());

        long before = fixture.wanBytes.get();
        pull(FIRST);
        assertTrue(fixture.wanBytes.get() - before <= BLOB_BYTES - 131_072, "went on with what was here");
    }

    @Test
    void whatIsLargerThanTheQuotaIsRefusedAndTheRestIsServed() throws IOException {
        TestContent huge = TestContent.random(4, 1_200_000);
        upstream.registry().put(REPOSITORY, huge.bytes());
        pull(FIRST);
        assertThrows(ContentException.OverBudget.class, () -> fixture.read(REPOSITORY, huge.digest()));
        assertEquals(List.of(), fixture.evicted);
        pull(FIRST);
    }

    @Test
    void aBlobThatNobodyHasKeepsNoRoom() throws IOException {
        Digest nowhere = TestContent.random(6, 10).digest();
        TestManifests.put(upstream, REPOSITORY, "lie", nowhere, 900_000);
        fixture.resolve(REPOSITORY, new Tag("lie"));
        assertTrue(fixture.read(REPOSITORY, nowhere).isEmpty());
        Eventually.holds("its room is free", () -> fixture.store().usedBytes() < BLOB_BYTES);
        pull(FIRST);
        pull(SECOND);
        assertEquals(List.of(), fixture.evicted);
    }
}
