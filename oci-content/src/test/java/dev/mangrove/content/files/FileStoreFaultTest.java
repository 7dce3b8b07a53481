package dev.mangrove.content.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.BlobStat;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.Ingest;
import dev.mangrove.content.MovableClock;
import dev.mangrove.content.TestContent;
import dev.mangrove.content.files.FaultyDisk.Death;
import dev.mangrove.content.files.FaultyDisk.Fault;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStoreFaultTest {
    private static final int LEAF = Leaf.SIZE_BYTES;

    /** More than any scenario below needs: a test that never gets through would otherwise run for ever. */
    private static final int MAX_OPERATIONS = 500;

    @TempDir
    Path root;

    private final MovableClock clock = new MovableClock();

    /** Pushes in all the ways there are; every blob whose push was acknowledged goes to {@code acknowledged}. */
    private static void push(FileStore store, List<TestContent> acknowledged) throws IOException {
        TestContent direct = TestContent.random(1, 3 * LEAF);
        direct.into(store);
        acknowledged.add(direct);
        TestContent small = TestContent.random(2, 100);
        String id = store.uploads().open();
        try (Ingest turn = store.uploads().take(id).orElseThrow()) {
            turn.write(ByteBuffer.wrap(small.bytes(), 0, 40));
        }
        try (Ingest turn = store.uploads().take(id).orElseThrow()) {
            turn.write(ByteBuffer.wrap(small.bytes(), 40, 60));
            turn.commit(small.digest());
        }
        acknowledged.add(small);
        TestContent pulled = TestContent.random(3, 2 * LEAF + 1);
        try (PartialBlob partial = store.partials().join(pulled.digest(), pulled.bytes().length)) {
            try {
                if (partial.startFill()) {
                    partial.write(0, ByteBuffer.wrap(pulled.bytes()));
                    partial.commit();
                }
                acknowledged.add(pulled);
            } catch (IOException e) {
                partial.discard(e);
                throw e;
            }
        }
        store.discard(direct.digest());
        direct.into(store);
        store.emptyTrash(Duration.ZERO);
    }

    private static void requireAll(FileStore store, List<TestContent> acknowledged) throws IOException {
        for (TestContent content : acknowledged) {
            // the scenario ends by discarding its first blob: in the trash is where a crash may leave it
            assertNotNull(store.retain(content.digest()).orElse(null));
            assertArrayEquals(
                    content.bytes(),
                    TestContent.readFrom(store, content.digest()).orElseThrow());
        }
        try (Stream<BlobStat> all = store.list()) {
            for (BlobStat blob : all.toList()) {
                assertEquals(FileStore.Verdict.INTACT, store.verify(blob.digest()));
            }
        }
    }

    private static long files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void aFullDiskAtAnyPointIsSaidSoLeavesNothingAndPassesByItself() throws IOException {
        boolean struck = true;
        int n = 0;
        while (struck) {
            n++;
            assertTrue(n < MAX_OPERATIONS);
            Path here = Files.createDirectory(root.resolve("full" + n));
            FileStore.open(here, StoreLimits.NONE, clock).close();
            FaultyDisk disk = new FaultyDisk(Fault.FULL, n);
            List<TestContent> acknowledged = new ArrayList<>();
            try (FileStore store = openUnlessFull(here, disk)) {
                struck = disk.struck();
                if (store == null) {
                    continue;
                }
                if (struck) {
                    assertThrows(ContentException.OverBudget.class, () -> push(store, acknowledged));
                    struck = disk.struck();
                    requireAll(store, acknowledged);
                    disk.mend();
                } else {
                    try {
                        push(store, acknowledged);
                    } catch (ContentException.OverBudget e) {
                        struck = true;
                        requireAll(store, acknowledged);
                        for (String id : List.of("uploads", "partial")) {
                            assertTrue(files(here.resolve(id)) <= 1, "left behind: " + id + " at " + n);
                        }
                        disk.mend();
                        push(store, acknowledged);
                    }
                }
                requireAll(store, acknowledged);
                assertTrue(store.failure().isEmpty());
            }
        }
        assertTrue(n > 10);
    }

    private FileStore openUnlessFull(Path here, FaultyDisk disk) throws IOException {
        try {
            return FileStore.open(here, StoreLimits.NONE, clock, disk);
        } catch (IOException e) {
            assertTrue(disk.struck());
            return null;
        }
    }

    @Test
    void afterAnyFailedSyncNothingIsAcknowledgedReadsGoOnAndARestartIsClean() throws IOException {
        boolean struck = true;
        int n = 0;
        while (struck) {
            n++;
            assertTrue(n < MAX_OPERATIONS);
            Path here = Files.createDirectory(root.resolve("sync" + n));
            TestContent before = TestContent.random(99, 2 * LEAF);
            try (FileStore store = FileStore.open(here, StoreLimits.NONE, clock)) {
                before.into(store);
            }
            FaultyDisk disk = new FaultyDisk(Fault.SYNC_FAILS, n);
            List<TestContent> acknowledged = new ArrayList<>(List.of(before));
            try (FileStore store = FileStore.open(here, StoreLimits.NONE, clock, disk)) {
                try {
                    push(store, acknowledged);
                    struck = disk.struck();
                } catch (ContentException.Unavailable e) {
                    assertTrue(store.failure().isPresent());
                    assertThrows(ContentException.Unavailable.class, () -> TestContent.random(77, 10)
                            .into(store));
                    assertArrayEquals(
                            before.bytes(),
                            TestContent.readFrom(store, before.digest()).orElseThrow());
                }
            } catch (ContentException.Unavailable | StoreUnusableException e) {
                assertTrue(disk.struck());
            } catch (IOException e) {
                assertEquals("Input/output error", e.getMessage()); // before the store was open
            }
            try (FileStore store = FileStore.open(here, StoreLimits.NONE, clock)) {
                requireAll(store, acknowledged);
            }
        }
        assertTrue(n > 9);
    }

    @Test
    void aProcessKilledAtAnyOperationLosesNothingAcknowledgedAndLeavesNothingHalf() throws IOException {
        boolean struck = true;
        int n = 0;
        while (struck) {
            n++;
            assertTrue(n < MAX_OPERATIONS);
            Path here = Files.createDirectory(root.resolve("dead" + n));
            List<TestContent> acknowledged = new ArrayList<>();
            FaultyDisk disk = new FaultyDisk(Fault.DEAD, n);
            FileStore killed = null;
            try {
                killed = FileStore.open(here, StoreLimits.NONE, clock, disk);
                push(killed, acknowledged);
                struck = disk.struck();
            } catch (Death e) {
                struck = true;
            } finally {
                if (killed != null) {
                    killed.close(); // gives the lock back, as the death of a process does
                }
            }
            long used;
            try (FileStore store = FileStore.open(here, StoreLimits.NONE, clock)) {
                requireAll(store, acknowledged);
                used = store.usedBytes();
            }
            try (FileStore again = FileStore.open(here, StoreLimits.NONE, clock)) {
                assertEquals(used, again.usedBytes(), "killed at operation " + n);
                push(again, acknowledged);
                requireAll(again, acknowledged);
            }
        }
        assertTrue(n > 20);
    }

    @Test
    void aFlippedBitIsFoundAndTheBlobQuarantined() throws IOException {
        try (FileStore store = FileStore.open(root, StoreLimits.NONE, clock)) {
            TestContent content = TestContent.random(5, 3 * LEAF);
            content.into(store);
            assertEquals(FileStore.Verdict.INTACT, store.verify(content.digest()));
            try (RandomAccessFile rot = new RandomAccessFile(blobFile(content).toFile(), "rw")) {
                rot.seek(LEAF + 1);
                rot.write(content.bytes()[LEAF + 1] ^ 4);
            }
            assertEquals(FileStore.Verdict.QUARANTINED, store.verify(content.digest()));
            assertEquals(FileStore.Verdict.ABSENT, store.verify(content.digest()));
            assertTrue(TestContent.readFrom(store, content.digest()).isEmpty());
            assertEquals(1, files(root.resolve("quarantine")));
            content.into(store);
            assertEquals(FileStore.Verdict.INTACT, store.verify(content.digest()));
        }
    }

    private Path blobFile(TestContent content) {
        String hex = content.digest().hex();
        return root.resolve("blobs/sha256").resolve(hex.substring(0, 2)).resolve(hex);
    }

    @Test
    void aDamagedOrMissingRecipeIsMadeAgain() throws IOException {
        try (FileStore store = FileStore.open(root, StoreLimits.NONE, clock)) {
            TestContent content = TestContent.random(6, 40 * 1024 * 1024 + 5);
            content.into(store);
            Path file = Layout.withSuffix(blobFile(content), ".mrc");
            byte[] recipe = Files.readAllBytes(file);
            assertEquals(Recipe.fileBytes(content.bytes().length), recipe.length);
            List<byte[]> damages = List.of(new byte[0], new byte[recipe.length], java.util.Arrays.copyOf(recipe, 64));
            for (byte[] damage : damages) {
                Files.write(file, damage);
                store.recipes().open(content.digest()).orElseThrow().close();
                assertArrayEquals(recipe, Files.readAllBytes(file));
            }
            Files.delete(file);
            store.recipes().open(content.digest()).orElseThrow().close();
            assertArrayEquals(recipe, Files.readAllBytes(file));
        }
    }

    @Test
    void aStoreHasOneOwner() throws IOException {
        try (FileStore store = FileStore.open(root, StoreLimits.NONE, clock)) {
            StoreUnusableException refused =
                    assertThrows(StoreUnusableException.class, () -> FileStore.open(root, StoreLimits.NONE, clock));
            assertTrue(refused.getMessage().contains("in use"), refused.getMessage());
            assertFalse(store.failure().isPresent());
        }
        FileStore.open(root, StoreLimits.NONE, clock).close();
    }

    @Test
    void aWriteThatTheDeviceFailsStopsAllWritingAndNotTheReading() throws IOException {
        TestContent before = TestContent.random(1, 1000);
        try (FileStore store = FileStore.open(root, StoreLimits.NONE, clock)) {
            before.into(store);
        }
        FaultyDisk counting = new FaultyDisk(FaultyDisk.Fault.WRITE_FAILS, Integer.MAX_VALUE);
        FileStore.open(root, StoreLimits.NONE, clock, counting).close();
        FaultyDisk disk = new FaultyDisk(FaultyDisk.Fault.WRITE_FAILS, counting.operations() + 2);
        try (FileStore store = FileStore.open(root, StoreLimits.NONE, clock, disk)) {
            assertTrue(store.obstacle().isEmpty());
            assertThrows(ContentException.Unavailable.class, () -> TestContent.random(2, 1000)
                    .into(store));
            assertTrue(disk.struck());
            assertTrue(store.failure().isPresent());
            assertTrue(store.obstacle().orElseThrow().contains("restart"));
            assertThrows(ContentException.Unavailable.class, () -> TestContent.random(3, 1000)
                    .into(store));
            assertArrayEquals(
                    before.bytes(), TestContent.readFrom(store, before.digest()).orElseThrow());
        }
    }

    @Test
    void aReadOnlyFileSystemRefusesWritesAndRecoversWithoutARestart() throws IOException {
        FaultyDisk disk = new FaultyDisk(FaultyDisk.Fault.READ_ONLY, 1);
        disk.mend();
        try (FileStore store = FileStore.open(root, StoreLimits.NONE, clock, disk)) {
            disk.breakAgain();
            ContentException.Unavailable refused =
                    assertThrows(ContentException.Unavailable.class, () -> TestContent.random(2, 1000)
                            .into(store));
            assertTrue(refused.getMessage().contains("read-only"), refused.getMessage());
            assertTrue(store.failure().isEmpty());
            disk.mend();
            TestContent.random(2, 1000).into(store);
        }
    }

    @Test
    void aStoreWhoseDirectoryIsGoneHasFailed() throws IOException {
        Path here = root.resolve("store");
        try (FileStore store = FileStore.open(here, StoreLimits.NONE, clock)) {
            assertTrue(store.failure().isEmpty());
            Files.move(here, root.resolve("elsewhere"));
            assertTrue(store.failure().isPresent());
            assertTrue(store.obstacle().isPresent());
        }
    }

    @Test
    void aStoreOfAnotherVersionIsRefused() throws IOException {
        FileStore.open(root, StoreLimits.NONE, clock).close();
        Files.writeString(root.resolve("VERSION"), "mangrove-store 2\n");
        assertThrows(StoreUnusableException.class, () -> FileStore.open(root, StoreLimits.NONE, clock));
        Files.delete(root.resolve("VERSION"));
        assertThrows(StoreUnusableException.class, () -> FileStore.open(root, StoreLimits.NONE, clock));
    }

    @Test
    void aQuotaIsHardAndRoomThatComesBackIsUsed() throws IOException {
        StoreLimits limits = new StoreLimits(10 * LEAF, 0, 0);
        try (FileStore store = FileStore.open(root, limits, clock)) {
            TestContent kept = TestContent.random(7, 6 * LEAF);
            kept.into(store);
            TestContent large = TestContent.random(8, 6 * LEAF);
            assertThrows(ContentException.OverBudget.class, () -> large.into(store));
            assertEquals(0, files(root.resolve("uploads")));
            assertEquals(6 * LEAF + Recipe.fileBytes(6 * LEAF), store.usedBytes());
            assertArrayEquals(
                    kept.bytes(), TestContent.readFrom(store, kept.digest()).orElseThrow());
            store.discard(kept.digest());
            assertEquals(1, store.emptyTrash(Duration.ZERO));
            large.into(store);
        }
    }

    @Test
    void aReserveOfTheDiskIsLeftAlone() throws IOException {
        try (FileStore store = FileStore.open(root, new StoreLimits(Long.MAX_VALUE, Long.MAX_VALUE / 2, 0), clock)) {
            assertThrows(ContentException.OverBudget.class, () -> TestContent.random(9, 1)
                    .into(store));
        }
    }

    @Test
    void theLeastRecentlyReadGoesFirstAndWhatMustStayStays() throws IOException {
        StoreLimits limits = new StoreLimits(10L * (LEAF + 1), 0, 0);
        try (FileStore store = FileStore.open(root, limits, clock)) {
            List<TestContent> blobs = new ArrayList<>();
            TestContent manifest = TestContent.random(50, 1000);
            manifest.into(store);
            for (int i = 0; i < 3; i++) {
                TestContent content = TestContent.random(10 + i, 2 * LEAF);
                content.into(store);
                blobs.add(content);
                clock.pass(Duration.ofHours(1));
            }
            TestContent.readFrom(store, blobs.get(0).digest());
            List<BlobStat> evicted = new ArrayList<>();
            Eviction eviction =
                    new Eviction(store, digest -> digest.equals(blobs.get(1).digest()), evicted::add);
            assertTrue(eviction.makeRoom(5 * LEAF));
            assertEquals(List.of(new BlobStat(blobs.get(2).digest(), 2 * LEAF)), evicted);
            assertTrue(eviction.makeRoom(7 * LEAF));
            assertEquals(blobs.get(0).digest(), evicted.get(1).digest());
            assertFalse(eviction.makeRoom(11 * LEAF), "more than the quota");
            assertEquals(2, evicted.size(), "for which nothing is evicted");
            assertFalse(eviction.makeRoom(9 * LEAF));
            assertEquals(manifest.digest(), evicted.get(2).digest());
            assertTrue(store.stat(blobs.get(1).digest()).isPresent());
        }
    }

    @Test
    void theBallastIsLaidDownGivenUpAndLaidDownAgain() throws IOException {
        try (FileStore store = FileStore.open(root, new StoreLimits(Long.MAX_VALUE, 0, 3_000_000), clock)) {
            assertEquals(3_000_000, Files.size(root.resolve("ballast")));
            assertTrue(store.ballast().release());
            assertFalse(store.ballast().release());
            assertTrue(store.ballast().lay());
            assertEquals(3_000_000, Files.size(root.resolve("ballast")));
        }
    }
}
