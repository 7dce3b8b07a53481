package dev.mangrove.content.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.CommitOutcome;
import dev.mangrove.content.MovableClock;
import dev.mangrove.content.TestContent;
import dev.mangrove.content.files.FaultyDisk.Death;
import dev.mangrove.content.files.FaultyDisk.Fault;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever pushes a blob again that has rotted repairs it. */
class RottenBlobTest {
    private static final TestContent CONTENT = TestContent.random(1, 3 * Leaf.SIZE_BYTES);
    private static final int MAX_OPERATIONS = 200;

    @TempDir
    private Path root;

    private final MovableClock clock = new MovableClock();

    private FileStore open(Path directory) throws IOException {
        return FileStore.open(directory, StoreLimits.NONE, clock);
    }

    private static Path file(Path directory) {
        String hex = CONTENT.digest().hex();
        return directory.resolve("blobs/sha256").resolve(hex.substring(0, 2)).resolve(hex);
    }

    private static void flipAByte(Path directory) throws IOException {
        try (RandomAccessFile rot = new RandomAccessFile(file(directory).toFile(), "rw")) {
            rot.seek(Leaf.SIZE_BYTES + 1);
            rot.write(CONTENT.bytes()[Leaf.SIZE_BYTES + 1] ^ 4);
        }
    }

    private static void requireRight(FileStore store) throws IOException {
        assertArrayEquals(
                CONTENT.bytes(), TestContent.readFrom(store, CONTENT.digest()).orElseThrow());
        store.recipes().open(CONTENT.digest()).orElseThrow().close();
    }

    /** That the bytes are right, now and when the store is opened again, and that its room was counted right. */
    private void requireRightAfterReopening(FileStore store, Path directory) throws IOException {
        requireRight(store);
        long used = store.usedBytes();
        store.close();
        try (FileStore again = open(directory)) {
            requireRight(again);
            assertEquals(used, again.usedBytes());
        }
    }

    private static long quarantined(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("quarantine"))) {
            return files.count();
        }
    }

    @Test
    void aFlippedByteIsGoneAfterThePushAndTheRottenFileIsKeptForALook() throws IOException {
        FileStore store = open(root);
        assertEquals(CommitOutcome.COMMITTED, CONTENT.into(store));
        assertEquals(CommitOutcome.ALREADY_PRESENT, CONTENT.into(store));
        requireRight(store); // its file is open from now on
        for (int time = 0; time < 2; time++) {
            flipAByte(root);
            assertEquals(CommitOutcome.COMMITTED, CONTENT.into(store));
            assertEquals(1, quarantined(root));
        }
        requireRightAfterReopening(store, root);
    }

    @Test
    void aFileThatBecameShorterIsReplacedToo() throws IOException {
        try (FileStore store = open(root)) {
            CONTENT.into(store);
        }
        try (RandomAccessFile rot = new RandomAccessFile(file(root).toFile(), "rw")) {
            rot.setLength(100);
        }
        FileStore store = open(root);
        assertEquals(CommitOutcome.COMMITTED, CONTENT.into(store));
        requireRightAfterReopening(store, root);
    }

    @Test
    void ofEightWritersAtOnceOneRepairs() throws Exception {
        int writers = 8;
        FileStore store = open(root);
        CONTENT.into(store);
        try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
            for (int round = 0; round < 20; round++) {
                flipAByte(root);
                CyclicBarrier start = new CyclicBarrier(writers);
                Callable<CommitOutcome> push = () -> {
                    start.await();
                    CommitOutcome outcome = CONTENT.into(store);
                    requireRight(store);
                    return outcome;
                };
                List<Future<CommitOutcome>> pushes = new ArrayList<>();
                for (int i = 0; i < writers; i++) {
                    pushes.add(threads.submit(push));
                }
                int committed = 0;
                for (Future<CommitOutcome> one : pushes) {
                    committed += one.get() == CommitOutcome.COMMITTED ? 1 : 0;
                }
                assertEquals(1, committed);
            }
        }
        requireRightAfterReopening(store, root);
    }

    @Test
    void aProcessKilledAnywhereInTheRepairLeavesWhatTheNextPushRepairs() throws IOException {
        boolean struck = true;
        int n = 0;
        while (struck) {
            n++;
            assertTrue(n < MAX_OPERATIONS);
            Path here = Files.createDirectory(root.resolve("dead" + n));
            try (FileStore store = open(here)) {
                CONTENT.into(store);
            }
            flipAByte(here);
            struck = pushUntilDeath(here, n);
            FileStore store = open(here);
            if (!struck) {
                requireRight(store); // what was acknowledged
            }
            CONTENT.into(store);
            requireRightAfterReopening(store, here);
        }
        assertTrue(n > 10);
    }

    private boolean pushUntilDeath(Path here, int operation) throws IOException {
        FaultyDisk disk = new FaultyDisk(Fault.DEAD, operation);
        try (FileStore store = FileStore.open(here, StoreLimits.NONE, clock, disk)) {
            CONTENT.into(store);
            return disk.struck();
        } catch (Death e) {
            return true;
        }
    }
}
