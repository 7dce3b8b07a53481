package dev.mangrove.content.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.CommitOutcome;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.MovableClock;
import dev.mangrove.content.TestContent;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartialBlobTest {
    private static final int LEAF = Leaf.SIZE_BYTES;

    @TempDir
    Path root;

    private final MovableClock clock = new MovableClock();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private FileStore store;

    @BeforeEach
    void open() throws IOException {
        store = FileStore.open(root, StoreLimits.NONE, clock);
    }

    @AfterEach
    void close() throws IOException {
        threads.close();
        store.close();
    }

    private void restart() throws IOException {
        store.close();
        open();
    }

    private PartialBlob join(TestContent content) throws IOException {
        return store.partials().join(content.digest(), content.bytes().length);
    }

    private static void write(PartialBlob partial, TestContent content, int from, int to) throws IOException {
        partial.write(from, ByteBuffer.wrap(content.bytes(), from, to - from));
    }

    private Future<byte[]> reading(PartialBlob partial, ByteRange range) throws IOException {
        PartialRead read = partial.read(range);
        return threads.submit(() -> {
            try (read) {
                return read.bytes().readAllBytes();
            }
        });
    }

    private static InputStream stream(PartialBlob partial, ByteRange range) throws IOException {
        PartialRead read = partial.read(range);
        return new FilterInputStream(read.bytes()) {
            @Override
            public void close() throws IOException {
                read.close();
            }
        };
    }

    /** Waits until somebody waits outside of a range: what a filler sees of a reader that is blocked. */
    private static void untilAwaitedOutside(PartialBlob partial, ByteRange range) {
        while (!partial.isAwaitedOutside(range)) {
            LockSupport.parkNanos(100_000);
        }
    }

    @Test
    void whatIsForgottenIsWrittenAnewAndNotRememberedByARestart() throws Exception {
        TestContent content = TestContent.random(3, 5 * LEAF + 3);
        TestContent wrong = TestContent.random(4, 5 * LEAF + 3);
        try (PartialBlob partial = join(content)) {
            assertTrue(partial.startFill());
            write(partial, wrong, 0, 2 * LEAF + 7);
            partial.startOver();
            assertEquals(0, partial.presentBytes());
            assertEquals(0, partial.firstMissing(0));
        }
        restart();
        try (PartialBlob partial = join(content)) {
            assertEquals(0, partial.firstMissing(0));
            assertTrue(partial.startFill());
            write(partial, wrong, 0, 3 * LEAF);
            Future<byte[]> reader = reading(partial, new ByteRange(4 * LEAF, LEAF));
            partial.startOver();
            write(partial, content, 0, content.bytes().length);
            assertEquals(CommitOutcome.COMMITTED, partial.commit());
            assertArrayEquals(Arrays.copyOfRange(content.bytes(), 4 * LEAF, 5 * LEAF), reader.get());
        }
    }

    @Test
    void whoHasReadWhatIsForgottenGetsNoMixture() throws Exception {
        TestContent content = TestContent.random(3, 5 * LEAF);
        TestContent wrong = TestContent.random(4, 5 * LEAF);
        try (PartialBlob partial = join(content)) {
            assertTrue(partial.startFill());
            write(partial, wrong, 0, 2 * LEAF);
            try (InputStream misled = stream(partial, ByteRange.whole(5 * LEAF))) {
                assertEquals(LEAF, misled.readNBytes(LEAF).length);
                partial.startOver();
                write(partial, content, 0, content.bytes().length);
                partial.commit();
                assertThrows(ContentException.Unavailable.class, misled::readAllBytes);
            }
        }
    }

    @Test
    void whatIsProvenIsNotForgotten() throws Exception {
        TestContent content = TestContent.random(5, 10);
        try (PartialBlob partial = join(content)) {
            assertTrue(partial.startFill());
            write(partial, content, 0, 10);
            partial.prove();
            assertThrows(IllegalStateException.class, partial::startOver);
        }
    }

    /** A store whose disk is full from its n-th write on, once {@link FaultyDisk#breakAgain} is called. */
    private FaultyDisk fullFrom(int write) throws IOException {
        store.close();
        FaultyDisk disk = new FaultyDisk(FaultyDisk.Fault.FULL, write);
        disk.mend();
        store = FileStore.open(root, StoreLimits.NONE, clock, disk);
        return disk;
    }

    @Test
    void bytesThatReplaceHashedOnesAreHashedAnew() throws Exception {
        FaultyDisk disk = fullFrom(2); // the first write is that of the bytes, the second that of their leaves
        TestContent content = TestContent.random(6, 20 * LEAF);
        try (PartialBlob partial = join(content)) {
            assertTrue(partial.startFill());
            disk.breakAgain();
            IOException full = assertThrows(IOException.class, () -> write(partial, content, 0, 20 * LEAF));
            disk.mend();
            partial.stopFill(full);
            assertTrue(partial.startFill());
            int missing = (int) partial.firstMissing(0);
            assertTrue(missing < 20 * LEAF);
            partial.write(missing, ByteBuffer.wrap(new byte[20 * LEAF - missing]));
            assertThrows(ContentException.Corrupt.class, partial::commit);
        }
    }

    @Test
    void whatIsProvenIsReadToTheEndThoughItsLeavesCannotBeWritten() throws Exception {
        FaultyDisk disk = fullFrom(1);
        TestContent content = TestContent.random(7, 3 * LEAF);
        try (PartialBlob partial = join(content)) {
            assertTrue(partial.startFill());
            write(partial, content, 0, content.bytes().length);
            Future<byte[]> reader = reading(partial, ByteRange.whole(partial.sizeBytes()));
            disk.breakAgain();
            assertThrows(IOException.class, partial::prove);
            assertArrayEquals(content.bytes(), reader.get());
            disk.mend();
        }
    }

    @Test
    void whatIsLeftOfAFillSurvivesThatItCannotBeOpened() throws Exception {
        FaultyDisk disk = fullFrom(1);
        TestContent content = TestContent.random(8, 3 * LEAF);
        try (PartialBlob partial = join(content)) {
            assertTrue(partial.startFill());
            write(partial, content, 0, 2 * LEAF);
        }
        disk.breakAgain();
        assertThrows(IOException.class, () -> join(content));
        disk.mend();
        try (PartialBlob partial = join(content)) {
            assertEquals(2 * LEAF, partial.firstMissing(0));
        }
    }

    @Test
    void theMapOfWhatBecameABlobIsNotCountedAgainAfterACrash() throws Exception {
        TestContent content = TestContent.random(9, 3 * LEAF);
        Path map = root.resolve("partial/sha256/" + content.digest().hex() + ".map");
        byte[] left;
        try (PartialBlob partial = join(content)) {
            assertTrue(partial.startFill());
            write(partial, content, 0, content.bytes().length);
            partial.prove();
            left = Files.readAllBytes(map);
            partial.commit();
        }
        long used = store.usedBytes();
        Files.write(map, left);
        restart();
        assertEquals(used, store.usedBytes());
        assertFalse(Files.exists(map));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, LEAF, LEAF + 1, 5 * LEAF + 3, 300 * LEAF})
    void aBlobFilledFromTheStartIsStreamedAndCommitted(int size) throws Exception {
        TestContent content = TestContent.random(size, size);
        try (PartialBlob partial = join(content)) {
            assertTrue(partial.startFill());
            assertFalse(partial.startFill());
            Future<byte[]> reader = reading(partial, ByteRange.whole(size));
            for (int at = 0; at < size; ) {
                int to = Math.min(size, at + 100_000);
                write(partial, content, at, to);
                at = to;
                assertEquals(at, partial.firstMissing(0));
            }
            assertTrue(partial.nextGap().isEmpty());
            assertFalse(size > 0 && reader.isDone());
            assertEquals(CommitOutcome.COMMITTED, partial.commit());
            assertArrayEquals(content.bytes(), reader.get());
        }
        assertArrayEquals(
                content.bytes(), TestContent.readFrom(store, content.digest()).orElseThrow());
        assertEquals(size > LEAF, store.recipes().open(content.digest()).isPresent());
        try (var left = Files.list(root.resolve("partial/sha256"))) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void whatIsProvenIsReadToTheEndBeforeTheDiskHasIt() throws Exception {
        TestContent content = TestContent.random(5, 3 * LEAF + 5);
        try (PartialBlob partial = join(content)) {
            assertTrue(partial.startFill());
            write(partial, content, 0, content.bytes().length - 1);
            assertThrows(IllegalStateException.class, partial::prove);
            Future<byte[]> early = reading(partial, ByteRange.whole(partial.sizeBytes()));
            write(partial, content, content.bytes().length - 1, content.bytes().length);
            partial.prove();
            assertArrayEquals(content.bytes(), early.get());
            assertTrue(store.stat(content.digest()).isEmpty());
            Path map = root.resolve("partial/sha256/" + content.digest().hex() + ".map");
            assertEquals(4, LeafMap.claimedLeaves(map), "a process killed now loses nothing");
            partial.stopFill(new IOException("the disk is full"));
            assertArrayEquals(
                    content.bytes(),
                    reading(partial, ByteRange.whole(partial.sizeBytes())).get());
        }
        restart();
        try (PartialBlob partial = join(content)) {
            assertEquals(partial.sizeBytes(), partial.firstMissing(0));
            assertTrue(partial.startFill());
            assertEquals(CommitOutcome.COMMITTED, partial.commit());
        }
    }

    @Test
    void whoeverNeedsTheBlobInTheStoreWaitsForTheCommitOrLearnsWhyItFailed() throws Exception {
        TestContent content = TestContent.random(6, LEAF + 5);
        try (PartialBlob partial = join(content);
                PartialBlob other = join(content)) {
            assertThrows(ContentException.Unavailable.class, other::awaitCommit);
            assertTrue(partial.startFill());
            Future<?> failed = threads.submit(() -> {
                other.awaitCommit();
                return null;
            });
            IOException cause = new IOException("the disk is full");
            partial.stopFill(cause);
            assertSame(
                    cause, assertThrows(ExecutionException.class, failed::get).getCause());
            assertTrue(partial.startFill());
            Future<Boolean> stored = threads.submit(() -> {
                other.awaitCommit();
                return store.stat(content.digest()).isPresent();
            });
            write(partial, content, 0, content.bytes().length);
            partial.commit();
            assertTrue(stored.get());
        }
    }

    @Test
    void bytesInAnyOrderMakeTheSameBlobAndRecipe() throws Exception {
        TestContent content = TestContent.random(1, 20 * LEAF + 77);
        List<Integer> starts = new ArrayList<>();
        int step = 10_007;
        for (int at = 0; at < content.bytes().length; at += step) {
            starts.add(at);
        }
        Collections.shuffle(starts, new Random(7));
        try (PartialBlob partial = join(content)) {
            partial.startFill();
            for (int at : starts) {
                // overlaps its neighbours: what is there is skipped
                write(partial, content, Math.max(0, at - 50), Math.min(content.bytes().length, at + step + 50));
            }
            partial.commit();
        }
        try (Recipe recipe = store.recipes().open(content.digest()).orElseThrow()) {
            for (long leaf = 0; leaf < recipe.leafCount(); leaf++) {
                ByteRange range = recipe.range(leaf);
                byte[] bytes = Arrays.copyOfRange(content.bytes(), (int) range.offset(), (int) range.end());
                assertEquals(Digest.ofBytes(Algorithm.SHA256, bytes), recipe.leaf(leaf));
            }
        }
    }

    @Test
    void aWrongBlobNeverEndsAsACompleteAnswer() throws Exception {
        TestContent content = TestContent.random(2, 4 * LEAF);
        try (PartialBlob partial = join(content);
                PartialBlob other = join(content)) {
            partial.startFill();
            InputStream whole = stream(other, ByteRange.whole(4 * LEAF));
            InputStream tail = stream(other, new ByteRange(3 * LEAF + 10, LEAF - 10));
            InputStream middle = stream(other, new ByteRange(LEAF, LEAF));
            partial.write(0, ByteBuffer.wrap(new byte[4 * LEAF]));
            assertEquals(LEAF, middle.readNBytes(LEAF).length);
            assertEquals(-1, middle.read());
            assertEquals(3 * LEAF, whole.readNBytes(3 * LEAF).length);
            Future<Integer> held = threads.submit(() -> tail.read());
            ContentException.Corrupt wrong = assertThrows(ContentException.Corrupt.class, partial::commit);
            assertSame(wrong, assertThrows(ContentException.Corrupt.class, whole::read));
            assertSame(wrong, assertThrows(ExecutionException.class, held::get).getCause());
            assertFalse(other.startFill());
            whole.close();
            tail.close();
            middle.close();
        }
        assertTrue(store.stat(content.digest()).isEmpty());
        assertEquals(0, store.usedBytes());
        try (PartialBlob again = join(content)) {
            assertEquals(0, again.presentBytes());
            assertTrue(again.startFill());
        }
    }

    @Test
    void aColdRangeIsWhatTheFillerIsAskedForFirst() throws Exception {
        TestContent content = TestContent.random(3, 10 * LEAF);
        try (PartialBlob partial = join(content)) {
            partial.startFill();
            write(partial, content, 0, LEAF / 2);
            assertEquals(Optional.of(new ByteRange(LEAF / 2, 10 * LEAF - LEAF / 2)), partial.nextGap());
            Future<byte[]> reader = reading(partial, new ByteRange(5 * LEAF + 100, 50));
            untilAwaitedOutside(partial, new ByteRange(0, LEAF));
            assertFalse(partial.isAwaitedOutside(new ByteRange(5 * LEAF, LEAF)));
            assertEquals(Optional.of(new ByteRange(5 * LEAF, 5 * LEAF)), partial.nextGap());
            write(partial, content, 5 * LEAF, 6 * LEAF);
            assertArrayEquals(Arrays.copyOfRange(content.bytes(), 5 * LEAF + 100, 5 * LEAF + 150), reader.get());
            assertEquals(Optional.of(new ByteRange(LEAF / 2, 5 * LEAF - LEAF / 2)), partial.nextGap());
            assertEquals(LEAF + LEAF / 2, partial.presentBytes());
        }
    }

    @Test
    void aFillThatStopsGivesItsReadersTheReasonAndIsResumedByTheNext() throws Exception {
        TestContent content = TestContent.random(4, 3 * LEAF);
        try (PartialBlob partial = join(content)) {
            partial.startFill();
            write(partial, content, 0, LEAF + 5);
            Future<byte[]> reader = reading(partial, ByteRange.whole(3 * LEAF));
            untilAwaitedOutside(partial, new ByteRange(0, 0));
            IOException cut = new ContentException.Unavailable("upstream went away", null);
            partial.stopFill(cut);
            assertSame(cut, assertThrows(ExecutionException.class, reader::get).getCause());
            try (InputStream late = stream(partial, ByteRange.whole(3 * LEAF))) {
                assertEquals(LEAF + 5, late.readNBytes(LEAF + 5).length);
                assertSame(cut, assertThrows(IOException.class, late::read));
            }
            assertTrue(partial.startFill());
            assertEquals(LEAF + 5, partial.firstMissing(0));
            write(partial, content, LEAF + 5, 3 * LEAF);
            partial.commit();
        }
        assertTrue(store.stat(content.digest()).isPresent());
    }

    @Test
    void wholeLeavesSurviveARestartAndAreHashedAgainBeforeTheyCount() throws Exception {
        TestContent content = TestContent.random(5, 6 * LEAF + 9);
        try (PartialBlob partial = join(content)) {
            partial.startFill();
            write(partial, content, 0, 2 * LEAF);
            write(partial, content, 3 * LEAF, 5 * LEAF + 17);
        }
        restart();
        assertEquals(6 * LEAF + 9, store.usedBytes());
        try (RandomAccessFile rot = new RandomAccessFile(
                root.resolve("partial/sha256/" + content.digest().hex() + ".data")
                        .toFile(),
                "rw")) {
            rot.seek(4L * LEAF + 1000);
            rot.write(content.bytes()[4 * LEAF + 1000] ^ 1);
        }
        try (PartialBlob partial = join(content)) {
            assertTrue(partial.startFill());
            try (InputStream first = stream(partial, new ByteRange(LEAF, 10))) {
                assertArrayEquals(Arrays.copyOfRange(content.bytes(), LEAF, LEAF + 10), first.readAllBytes());
            }
            assertEquals(Optional.of(new ByteRange(2 * LEAF, LEAF)), partial.nextGap());
            write(partial, content, 2 * LEAF, 3 * LEAF);
            assertEquals(Optional.of(new ByteRange(4 * LEAF, 2 * LEAF + 9)), partial.nextGap());
            write(partial, content, 4 * LEAF, 6 * LEAF + 9);
            partial.commit();
        }
        assertArrayEquals(
                content.bytes(), TestContent.readFrom(store, content.digest()).orElseThrow());
    }

    @Test
    void whoeverComesAfterTheCommitReadsFromTheStore() throws Exception {
        TestContent content = TestContent.random(6, 2 * LEAF);
        content.into(store);
        try (PartialBlob partial = join(content)) {
            assertFalse(partial.startFill());
            assertTrue(partial.nextGap().isEmpty());
            try (InputStream in = stream(partial, new ByteRange(5, 2 * LEAF - 5))) {
                assertArrayEquals(Arrays.copyOfRange(content.bytes(), 5, 2 * LEAF), in.readAllBytes());
            }
        }
    }

    @Test
    void aBlobPushedMeanwhileIsASuccessForBoth() throws Exception {
        TestContent content = TestContent.random(7, 2 * LEAF);
        try (PartialBlob partial = join(content)) {
            partial.startFill();
            Future<byte[]> reader = reading(partial, ByteRange.whole(2 * LEAF));
            write(partial, content, 0, 2 * LEAF);
            content.into(store);
            assertEquals(CommitOutcome.ALREADY_PRESENT, partial.commit());
            assertArrayEquals(content.bytes(), reader.get());
        }
        assertEquals(2 * LEAF + Recipe.fileBytes(2 * LEAF), store.usedBytes());
    }

    @Test
    void twoSourcesThatDisagreeOnTheSizeAreFoundOut() throws Exception {
        TestContent content = TestContent.random(8, 2 * LEAF);
        try (PartialBlob partial = join(content)) {
            assertThrows(ContentException.Corrupt.class, () -> store.partials().join(content.digest(), 5));
            partial.startFill();
            assertThrows(
                    ContentException.Corrupt.class, () -> partial.write(2 * LEAF - 1, ByteBuffer.wrap(new byte[2])));
        }
        try (PartialBlob fresh = store.partials().join(content.digest(), 5)) {
            assertEquals(5, fresh.sizeBytes());
            assertEquals(5, store.usedBytes());
        }
        assertThrows(ContentException.Corrupt.class, () -> store.partials()
                .join(TestContent.random(1, 9).digest(), 0));
    }

    @Test
    void aPartialThatWouldBreakTheQuotaIsRefusedBeforeAByteIsFetched() throws Exception {
        store.close();
        store = FileStore.open(root, new StoreLimits(10 * LEAF, 0, 0), clock);
        TestContent small = TestContent.random(9, 6 * LEAF);
        try (PartialBlob partial = join(small)) {
            TestContent large = TestContent.random(10, 5 * LEAF);
            assertThrows(ContentException.OverBudget.class, () -> join(large));
            partial.discard(new IOException("no longer wanted"));
            join(large).close();
        }
    }

    @Test
    void onlyPartialsThatNobodyHasOpenAndNobodyWroteToAreReaped() throws Exception {
        TestContent content = TestContent.random(11, 3 * LEAF);
        Path map = root.resolve("partial/sha256/" + content.digest().hex() + ".map");
        try (PartialBlob partial = join(content)) {
            partial.startFill();
            write(partial, content, 0, LEAF);
            clock.pass(Duration.ofDays(8));
            assertEquals(0, store.partials().reap(Duration.ofDays(7)));
        }
        Files.setLastModifiedTime(map, FileTime.from(clock.instant().minus(Duration.ofDays(8))));
        assertEquals(0, store.partials().reap(Duration.ofDays(9)));
        assertEquals(1, store.partials().reap(Duration.ofDays(7)));
        assertEquals(0, store.usedBytes());
    }

    @Test
    void aStreamClosedByAnotherThreadWakesItsReader() throws Exception {
        TestContent content = TestContent.random(12, 3 * LEAF);
        try (PartialBlob partial = join(content)) {
            partial.startFill();
            InputStream in = stream(partial, ByteRange.whole(3 * LEAF));
            Future<Integer> blocked = threads.submit(() -> in.read());
            untilAwaitedOutside(partial, new ByteRange(0, 0));
            in.close();
            assertTrue(assertThrows(ExecutionException.class, blocked::get).getCause() instanceof IOException);
            write(partial, content, 0, 3 * LEAF);
            partial.commit();
        }
    }

    @Test
    void manyReadersAndTwoFillersAgreeOnEveryByte() throws Exception {
        int size = 64 * LEAF + 1234;
        TestContent content = TestContent.random(13, size);
        try (PartialBlob partial = join(content)) {
            partial.startFill();
            List<Future<byte[]>> readers = new ArrayList<>();
            List<ByteRange> ranges = new ArrayList<>();
            Random random = new Random(3);
            for (int i = 0; i < 40; i++) {
                int from = i % 4 == 0 ? 0 : random.nextInt(size);
                ByteRange range = i % 3 == 0
                        ? new ByteRange(from, size - from)
                        : new ByteRange(from, random.nextInt(size - from) + 1);
                ranges.add(range);
                readers.add(reading(partial, range));
            }
            List<Future<?>> fillers = new ArrayList<>();
            for (int filler = 0; filler < 2; filler++) {
                fillers.add(threads.submit(() -> {
                    for (Optional<ByteRange> gap = partial.nextGap(); gap.isPresent(); gap = partial.nextGap()) {
                        int from = (int) gap.get().offset();
                        write(partial, content, from, (int) Math.min(gap.get().end(), from + 30_000));
                    }
                    return null;
                }));
            }
            for (Future<?> filler : fillers) {
                filler.get();
            }
            partial.commit();
            for (int i = 0; i < readers.size(); i++) {
                ByteRange range = ranges.get(i);
                assertArrayEquals(
                        Arrays.copyOfRange(content.bytes(), (int) range.offset(), (int) range.end()),
                        readers.get(i).get());
            }
        }
        assertEquals(size + Recipe.fileBytes(size), store.usedBytes());
    }
}
