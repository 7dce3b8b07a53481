package dev.mangrove.proxy.pullthrough;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mangrove.content.ContentException;
import dev.mangrove.content.MovableClock;
import dev.mangrove.content.TestContent;
import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.files.PartialBlob;
import dev.mangrove.content.files.StoreLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Room is made, and only then taken: somebody else may take it in between. */
class EvictingPartialsTest {
    private static final long SIZE_BYTES = 1_000_000;
    private static final TestContent WANTED = TestContent.random(1, 10);

    @TempDir
    private Path folder;

    @Test
    void roomThatSomebodyElseTookIsMadeAgain() throws IOException {
        try (FileStore store = FileStore.open(folder, new StoreLimits(2 * SIZE_BYTES, 0, 0), new MovableClock())) {
            Deque<PartialBlob> others = new ArrayDeque<>();
            others.add(other(store, 2));
            others.add(other(store, 3));
            AtomicBoolean stolen = new AtomicBoolean();
            RoomMaker room = _ -> {
                others.remove().discard(new IOException("made room"));
                if (stolen.compareAndSet(false, true)) {
                    others.addFirst(other(store, 4)); // quicker than whoever asked for the room
                }
                return true;
            };
            try (PartialBlob mine =
                    new EvictingPartials(store.partials(), room).join(WANTED.digest(), SIZE_BYTES / 2)) {
                assertEquals(SIZE_BYTES / 2, mine.sizeBytes());
            }
            for (PartialBlob other : others) {
                other.close();
            }
        }
    }

    @Test
    void whereNoRoomCanBeMadeTheFailureIsTold() throws IOException {
        try (FileStore store = FileStore.open(folder, new StoreLimits(SIZE_BYTES, 0, 0), new MovableClock());
                PartialBlob _ = other(store, 2)) {
            EvictingPartials evicting = new EvictingPartials(store.partials(), _ -> false);
            assertThrows(ContentException.OverBudget.class, () -> evicting.join(WANTED.digest(), SIZE_BYTES));
        }
    }

    private static PartialBlob other(FileStore store, long seed) throws IOException {
        return store.partials().join(TestContent.random(seed, 10).digest(), SIZE_BYTES);
    }
}
