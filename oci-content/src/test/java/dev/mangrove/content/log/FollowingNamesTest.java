package dev.mangrove.content.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.files.StoreLimits;
import dev.mangrove.content.keyvalue.HeapKeyValue;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowingNamesTest {
    /** The contract while the names stay open. */
    @Nested
    class Open extends NamesContract {
        @TempDir
        Path root;

        FileStore store;
        FollowingNames names;

        @BeforeEach
        void open() throws IOException {
            store = FileStore.open(root, StoreLimits.NONE, clock);
            names = FollowingNames.open(store, new HeapKeyValue(), clock);
        }

        @AfterEach
        void close() throws IOException {
            names.close();
            store.close();
        }

        @Override
        protected Names names() {
            return names;
        }
    }

    /** The same answers must come from a view made again from the log. */
    @Nested
    class Replayed extends Open {
        @Override
        protected void settle() throws IOException {
            close();
            open();
        }
    }

    /** The same answers must come from a view made again from a snapshot. */
    @Nested
    class Compacted extends Open {
        @Override
        protected void settle() throws IOException {
            names.compact();
            close();
            open();
        }

        @Test
        void theLogGoesOnAfterASnapshotAndTheOldSegmentsAreGone() throws IOException {
            for (int round = 1; round <= 3; round++) {
                for (int i = 0; i < 10; i++) {
                    names.append(List.of(moved(DETECTOR, "t" + i, "round" + round)));
                }
                settle();
                names.append(List.of(moved(DETECTOR, "t0", "after" + round)));
                assertEquals(round * 11L, names.position());
                close();
                open();
                assertEquals(
                        digest("after" + round),
                        names.tag(DETECTOR, new Tag("t0")).orElseThrow().manifest());
                assertEquals(
                        digest("round" + round),
                        names.tag(DETECTOR, new Tag("t9")).orElseThrow().manifest());
                try (var files = java.nio.file.Files.list(root.resolve("log"))) {
                    assertEquals(2, files.count());
                }
            }
        }
    }
}
