package dev.mangrove.content.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.BlobStat;
import dev.mangrove.content.MovableClock;
import dev.mangrove.content.TestContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a disk that gives back space late. */
class EvictionTest {
    private static final int BLOBS = 6;
    private static final int BLOB_BYTES = 200_000;
    private static final long RESERVE_BYTES = 1L << 30;

    @TempDir
    Path root;

    private final MovableClock clock = new MovableClock();
    private final LateDisk disk = new LateDisk();
    private final List<BlobStat> evicted = new ArrayList<>();
    private int steps;
    private int stepsUntilFreed = 3;
    private FileStore store;
    private Eviction eviction;

    @BeforeEach
    void fill() throws IOException {
        store = FileStore.open(root, new StoreLimits(Long.MAX_VALUE, RESERVE_BYTES, 0), clock, disk);
        eviction = new Eviction(store, digest -> false, evicted::add, this::step);
        for (int i = 0; i < BLOBS; i++) {
            blob(i).into(store);
            clock.pass(Duration.ofHours(1));
        }
        disk.freeBytes = RESERVE_BYTES;
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private static TestContent blob(int number) {
        return TestContent.random(number, BLOB_BYTES);
    }

    private void step() {
        steps++;
        if (steps == stepsUntilFreed) {
            disk.freeBytes += disk.pendingBytes;
            disk.pendingBytes = 0;
        }
    }

    @Test
    void noMoreGoesThanLackedWhileTheDiskIsSlowToShowIt() throws IOException {
        assertTrue(eviction.makeRoom(BLOB_BYTES * 3L / 2));
        assertEquals(
                List.of(blob(0).digest(), blob(1).digest()),
                evicted.stream().map(BlobStat::digest).toList());
        assertEquals(3, steps);
    }

    @Test
    void theWaitHasAnEndAndThenTheNextGo() throws IOException {
        stepsUntilFreed = Integer.MAX_VALUE;
        assertFalse(eviction.makeRoom(BLOB_BYTES));
        assertEquals(BLOBS, evicted.size());
        assertEquals(Settling.MAX_STEPS, steps);
    }

    @Test
    void nobodyWaitsForADiskThatGivesBackAtOnce() throws IOException {
        disk.late = false;
        assertTrue(eviction.makeRoom(BLOB_BYTES * 3L / 2));
        assertEquals(2, evicted.size());
        assertEquals(0, steps);
    }

    @Test
    void trashThatMakesTheRoomIsWaitedForToo() throws IOException {
        assertTrue(store.discard(blob(4).digest()));
        assertTrue(eviction.canMakeRoom(
                BLOB_BYTES,
                Set.of(blob(0).digest(), blob(1).digest(), blob(2).digest(), blob(3).digest(), blob(5).digest())));
        assertTrue(store.discard(blob(5).digest()));
        assertTrue(eviction.makeRoom(BLOB_BYTES));
        assertEquals(List.of(), evicted);
    }

    /** Shows the space of deleted files only when it is told to. */
    private static final class LateDisk extends PassingDisk {
        private long freeBytes = Long.MAX_VALUE / 2;
        private long pendingBytes;
        private boolean late = true;

        @Override
        public boolean delete(Path file) throws IOException {
            long size = Files.exists(file) ? Files.size(file) : 0;
            if (late) {
                pendingBytes += size;
            } else {
                freeBytes += size;
            }
            return super.delete(file);
        }

        @Override
        public long freeBytes(Path directory) {
            return freeBytes;
        }
    }
}
