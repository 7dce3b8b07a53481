package dev.mangrove.content.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.ContentException;
import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.files.PassingDisk;
import dev.mangrove.content.files.StoreLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NamesLogErrorTest {
    private enum Where {
        NOWHERE,
        WRITE,
        FORCE
    }

    @TempDir
    Path root;

    private final DiskWithoutMemory disk = new DiskWithoutMemory();
    private FileStore store;
    private NamesLog log;
    private GroupCommit commits;

    @BeforeEach
    void open() throws IOException {
        store = FileStore.open(root, StoreLimits.NONE, InstantSource.system(), disk);
        log = NamesLog.open(store.disk(), store.logDirectory());
        commits = new GroupCommit(log, (position, records) -> {}, store.ballast());
    }

    @AfterEach
    void close() throws IOException {
        log.close();
        store.close();
    }

    private static byte[] unit(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<String> units() throws IOException {
        List<String> found = new ArrayList<>();
        log.replay(0, (position, unit) -> found.add(new String(unit, StandardCharsets.UTF_8)));
        return found;
    }

    @ParameterizedTest
    @EnumSource(names = {"WRITE", "FORCE"})
    void anErrorStopsTheLogUntilItIsOpenedAgain(Where where) throws IOException {
        log.append(List.of(unit("one")));
        disk.fails = where;
        assertThrows(OutOfMemoryError.class, () -> log.append(List.of(unit("a long one"))));
        disk.fails = Where.NOWHERE;
        assertThrows(ContentException.Unavailable.class, () -> log.append(List.of(unit("2"))));
        close();
        open();
        log.append(List.of(unit("last")));
        assertEquals("one", units().getFirst());
        assertEquals("last", units().getLast());
    }

    @Test
    void nobodyWhoSharedTheWriteIsToldThatItWasDone() throws Exception {
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        disk.fails = Where.WRITE;
        commits.exclusively(() -> {
            for (int i = 0; i < 3; i++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        commits.append(unit("shared"), List.of());
                    } catch (IOException | Error e) {
                        failures.add(e);
                    }
                }));
            }
            threads.forEach(NamesLogErrorTest::awaitQueued);
        });
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(3, failures.size(), failures::toString);
        assertTrue(commits.failure().isPresent());
        disk.fails = Where.NOWHERE;
        assertThrows(ContentException.Unavailable.class, () -> commits.append(unit("later"), List.of()));
    }

    private static void awaitQueued(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    /** Runs out of memory in the middle. */
    private static final class DiskWithoutMemory extends PassingDisk {
        private volatile Where fails = Where.NOWHERE;

        @Override
        public void write(FileChannel file, ByteBuffer bytes, long position) throws IOException {
            if (fails == Where.WRITE) {
                super.write(file, bytes.slice(bytes.position(), bytes.remaining() / 2), position);
                throw new OutOfMemoryError("Cannot reserve direct buffer memory");
            }
            super.write(file, bytes, position);
        }

        @Override
        public void force(FileChannel file) throws IOException {
            if (fails == Where.FORCE) {
                throw new OutOfMemoryError("Cannot reserve direct buffer memory");
            }
            super.force(file);
        }
    }
}
