package dev.mangrove.content;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.files.StoreLimits;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesTest {
    private static final Location MINE = Location.parse("acme/mine");
    private static final Location THEIRS = Location.parse("acme/theirs");

    @TempDir
    Path root;

    /** A source that streams whatever it is told to. */
    private record Saying(byte[] bytes, long sizeBytes) implements ContentSource {
        @Override
        public Optional<BlobStat> stat(ReadRequest request) {
            return Optional.of(new BlobStat(request.digest(), sizeBytes));
        }

        @Override
        public <R> Optional<R> read(ReadRequest request, BlobReader<R> reader) throws IOException {
            ByteRange range = request.range().orElse(ByteRange.whole(sizeBytes));
            return Optional.of(
                    reader.read(new Blob.Stream(new ByteArrayInputStream(bytes), range, sizeBytes, Origin.UPSTREAM)));
        }
    }

    private static byte[] readAll(ContentSource source, Digest digest) throws IOException {
        return source.read(ReadRequest.whole(digest, MINE, Caller.ANONYMOUS), blob -> blob.asStream()
                        .readAllBytes())
                .orElseThrow();
    }

    @Test
    void theGateIsAskedOnEveryStatAndReadOfWhatIsHereAlready() throws IOException {
        try (FileStore store = FileStore.open(root, StoreLimits.NONE, new MovableClock())) {
            TestContent content = TestContent.random(1, 100);
            content.into(store);
            List<ReadRequest> asked = new ArrayList<>();
            ContentSource gated = new Gated(new Stored(store), request -> {
                asked.add(request);
                return request.via().equals(MINE);
            });
            ReadRequest mine = ReadRequest.whole(content.digest(), MINE, Caller.ANONYMOUS);
            ReadRequest theirs = ReadRequest.whole(content.digest(), THEIRS, Caller.ANONYMOUS);
            for (int i = 0; i < 2; i++) {
                assertEquals(100, gated.stat(mine).orElseThrow().sizeBytes());
                assertTrue(gated.stat(theirs).isEmpty());
                assertEquals(Optional.of(100L), gated.read(mine, Blob::sizeBytes));
                assertTrue(gated.read(theirs, Blob::sizeBytes).isEmpty());
            }
            assertEquals(8, asked.size());
        }
    }

    @Test
    void rightBytesPassTheVerifier() throws IOException {
        for (int size : new int[] {0, 1, 70_000}) {
            TestContent content = TestContent.random(2, size);
            ContentSource source = new Verifying(new Saying(content.bytes(), size));
            assertArrayEquals(content.bytes(), readAll(source, content.digest()));
        }
    }

    @Test
    void wrongShortAndLongBytesEndInAnErrorBeforeTheirEnd() {
        TestContent content = TestContent.random(3, 70_000);
        byte[] flipped = content.bytes().clone();
        flipped[5] ^= 1;
        List<ContentSource> liars = List.of(
                new Saying(flipped, 70_000),
                new Saying(Arrays.copyOf(content.bytes(), 69_999), 70_000),
                new Saying(Arrays.copyOf(content.bytes(), 70_001), 70_000),
                new Saying(new byte[0], 70_000));
        for (ContentSource liar : liars) {
            long[] seen = {0};
            assertThrows(ContentException.Corrupt.class, () -> new Verifying(liar)
                    .read(ReadRequest.whole(content.digest(), MINE, Caller.ANONYMOUS), blob -> {
                        byte[] buffer = new byte[1000];
                        for (int got; (got = blob.asStream().read(buffer)) >= 0; ) {
                            seen[0] += got;
                        }
                        return true;
                    }));
            assertTrue(seen[0] < 70_000, "gave out " + seen[0]);
        }
    }

    @Test
    void aPartThatCannotBeCheckedIsRefused() {
        TestContent content = TestContent.random(4, 100);
        ReadRequest part =
                ReadRequest.whole(content.digest(), MINE, Caller.ANONYMOUS).withRange(new ByteRange(10, 5));
        assertThrows(ContentException.Unavailable.class, () -> new Verifying(new Saying(content.bytes(), 100))
                .read(part, Blob::sizeBytes));
    }

    @Test
    void theObserverHearsWhatIsLent() throws IOException {
        TestContent content = TestContent.random(5, 100);
        List<String> heard = new ArrayList<>();
        ContentSource observed = new Observed(
                new Saying(content.bytes(), 100),
                (request, origin, bytes) -> heard.add(origin.wireName() + " " + bytes));
        readAll(observed, content.digest());
        assertEquals(List.of("upstream 100"), heard);
    }
}
