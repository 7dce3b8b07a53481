package dev.mangrove.content.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.files.StoreLimits;
import dev.mangrove.content.keyvalue.HeapKeyValue;
import dev.mangrove.content.keyvalue.KeyValue;
import dev.mangrove.content.keyvalue.RocksKeyValue;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
            names = FollowingNames.open(store, entries(), clock);
        }

        KeyValue entries() throws IOException {
            return new HeapKeyValue();
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

    /** The contract over a view on disk, which is found again. */
    @Nested
    class OnDisk extends Open {
        @Override
        KeyValue entries() throws IOException {
            return RocksKeyValue.open(store.indexDirectory());
        }

        @Override
        protected void settle() throws IOException {
            close();
            open();
        }

        @Test
        void aDeletedFolderLosesNothing() throws IOException {
            names.append(List.of(moved(DETECTOR, "v1", "one")));
            close();
            try (var files = Files.list(root.resolve("index"))) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(root.resolve("index"));
            open();
            assertEquals(
                    digest("one"),
                    names.tag(DETECTOR, new Tag("v1")).orElseThrow().manifest());
        }

        @Test
        void aFolderOfAnEarlierTimeIsBroughtUpToDate() throws IOException {
            names.append(List.of(moved(DETECTOR, "v1", "one"), moved(DETECTOR, "v2", "one")));
            close();
            Path kept = Files.createDirectory(root.resolve("kept"));
            copy(root.resolve("index"), kept);
            open();
            names.append(List.of(moved(DETECTOR, "v1", "two"), moved(DETECTOR, "v3", "two")));
            close();
            copy(kept, root.resolve("index"));
            open();
            assertEquals(
                    digest("two"),
                    names.tag(DETECTOR, new Tag("v1")).orElseThrow().manifest());
            assertEquals(
                    digest("one"),
                    names.tag(DETECTOR, new Tag("v2")).orElseThrow().manifest());
            assertEquals(3, names.tags(DETECTOR, Optional.empty(), 10).size());
        }

        private static void copy(Path from, Path to) throws IOException {
            try (var files = Files.list(to)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            try (var files = Files.list(from)) {
                for (Path file : files.toList()) {
                    Files.copy(file, to.resolve(file.getFileName()));
                }
            }
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
                try (var files = Files.list(root.resolve("log"))) {
                    assertEquals(2, files.count());
                }
            }
        }
    }
}
