package dev.mangrove.proxy.pullthrough;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.ContentException;
import dev.mangrove.content.TestContent;
import dev.mangrove.content.files.StoreLimits;
import dev.mangrove.distribution.client.FakeUpstream;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
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
    void whatIsLargerThanTheQuotaIsRefusedAndTheRestIsServed() throws IOException {
        TestContent huge = TestContent.random(4, 1_200_000);
        upstream.registry().put(REPOSITORY, huge.bytes());
        pull(FIRST);
        assertThrows(ContentException.OverBudget.class, () -> fixture.read(REPOSITORY, huge.digest()));
        assertEquals(List.of(), fixture.evicted);
        pull(FIRST);
    }
}
