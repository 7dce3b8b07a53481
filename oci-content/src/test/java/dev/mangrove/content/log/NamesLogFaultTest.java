package dev.mangrove.content.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.ContentException;
import dev.mangrove.content.MovableClock;
import dev.mangrove.content.files.FaultyDisk;
import dev.mangrove.content.files.FaultyDisk.Death;
import dev.mangrove.content.files.FaultyDisk.Fault;
import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.files.StoreLimits;
import dev.mangrove.content.files.StoreUnusableException;
import dev.mangrove.content.keyvalue.HeapKeyValue;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamesLogFaultTest {
    private static final Location REPOSITORY = Location.parse("acme/detector");
    private static final Tag TAG = new Tag("latest");
    private static final int MAX_OPERATIONS = 300;

    @TempDir
    Path root;

    private final MovableClock clock = new MovableClock();

    private static Digest digest(int n) {
        return Digest.ofBytes(Algorithm.SHA256, ("" + n).getBytes(StandardCharsets.UTF_8));
    }

    private void move(FollowingNames names, int n) throws IOException {
        names.append(List.of(new NameRecord.TagMoved(REPOSITORY, TAG, digest(n), clock.instant(), "ann")));
    }

    private static Digest meant(FollowingNames names) throws IOException {
        return names.tag(REPOSITORY, TAG).map(NameRecord.TagMoved::manifest).orElse(digest(0));
    }

    private interface Work {
        void on(FollowingNames names) throws IOException;
    }

    private void with(Path here, Work work) throws IOException {
        try (FileStore store = FileStore.open(here, StoreLimits.NONE, clock);
                FollowingNames names = FollowingNames.open(store, new HeapKeyValue(), clock)) {
            work.on(names);
        }
    }

    private Path onlySegment() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("log"))) {
            List<Path> all = files.toList();
            assertEquals(1, all.size());
            return all.getFirst();
        }
    }

    @Test
    void aTailTornAtAnyByteIsCutOffAndTheLogGoesOn() throws IOException {
        with(root, names -> {
            move(names, 1);
            move(names, 2);
        });
        long twoUnits = Files.size(onlySegment());
        with(root, names -> move(names, 3));
        byte[] whole = Files.readAllBytes(onlySegment());
        for (int length = (int) twoUnits; length < whole.length; length++) {
            Files.write(onlySegment(), Arrays.copyOf(whole, length));
            with(root, names -> {
                assertEquals(digest(2), meant(names));
                assertEquals(2, names.position());
                move(names, 4);
            });
            with(root, names -> assertEquals(digest(4), meant(names)));
            byte[] zeros = Arrays.copyOf(Arrays.copyOf(whole, length), whole.length);
            Files.write(onlySegment(), zeros); // a size that reached the disk before the data
            with(root, names -> assertEquals(digest(2), meant(names)));
        }
        Files.write(onlySegment(), whole);
        with(root, names -> assertEquals(digest(3), meant(names)));
    }

    @Test
    void damageThatNoCrashExplainsIsRefusedAtEveryByte() throws IOException {
        with(root, names -> {
            move(names, 1);
            move(names, 2);
        });
        byte[] whole = Files.readAllBytes(onlySegment());
        int firstUnitEnd = LogFile.HEADER_BYTES + (whole.length - LogFile.HEADER_BYTES) / 2;
        for (int at = 0; at < firstUnitEnd; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(onlySegment(), damaged);
            StoreUnusableException refused =
                    assertThrows(StoreUnusableException.class, () -> with(root, names -> {}), "byte " + at);
            assertTrue(refused.getMessage().contains("restore"), refused.getMessage());
        }
    }

    @Test
    void aProcessKilledAtAnyOperationLosesNoAcknowledgedMove() throws IOException {
        boolean struck = true;
        int n = 0;
        while (struck) {
            n++;
            assertTrue(n < MAX_OPERATIONS);
            Path here = Files.createDirectory(root.resolve("dead" + n));
            FaultyDisk disk = new FaultyDisk(Fault.DEAD, n);
            int[] acknowledged = {0};
            struck = runUntilDeath(here, disk, acknowledged);
            int last = acknowledged[0];
            with(here, names -> {
                Digest meant = meant(names);
                // the move under way may be there or not
                assertTrue(meant.equals(digest(last)) || meant.equals(digest(last + 1)), "after " + last);
                move(names, 100);
                names.compact();
            });
            with(here, names -> assertEquals(digest(100), meant(names)));
        }
        assertTrue(n > 20);
    }

    private boolean runUntilDeath(Path here, FaultyDisk disk, int[] acknowledged) throws IOException {
        FileStore store = null;
        try {
            store = FileStore.open(here, StoreLimits.NONE, clock, disk);
            FollowingNames names = FollowingNames.open(store, new HeapKeyValue(), clock);
            for (int move = 1; move <= 6; move++) {
                move(names, move);
                acknowledged[0] = move;
                if (move % 2 == 0) {
                    names.compact();
                }
            }
            names.close();
            return disk.struck();
        } catch (Death e) {
            return true;
        } finally {
            if (store != null) {
                store.close();
            }
        }
    }

    @Test
    void afterAFailedSyncNothingMoreIsAcknowledged() throws IOException {
        FaultyDisk healthy = new FaultyDisk(Fault.SYNC_FAILS, Integer.MAX_VALUE);
        with(root, names -> move(names, 1));
        try (FileStore store = FileStore.open(root, StoreLimits.NONE, clock, healthy);
                FollowingNames names = FollowingNames.open(store, new HeapKeyValue(), clock)) {
            assertEquals(digest(1), meant(names));
        }
        FaultyDisk failing = new FaultyDisk(Fault.SYNC_FAILS, healthy.operations() + 3);
        int[] acknowledged = {1};
        try (FileStore store = FileStore.open(root, StoreLimits.NONE, clock, failing);
                FollowingNames names = FollowingNames.open(store, new HeapKeyValue(), clock)) {
            assertThrows(ContentException.Unavailable.class, () -> {
                for (int move = 2; move < MAX_OPERATIONS; move++) {
                    move(names, move);
                    acknowledged[0] = move;
                }
            });
            assertThrows(ContentException.Unavailable.class, () -> move(names, 1000));
            assertEquals(digest(acknowledged[0]), meant(names));
            assertTrue(store.failure().isPresent());
        }
        with(
                root,
                names -> assertTrue(meant(names).equals(digest(acknowledged[0]))
                        || meant(names).equals(digest(acknowledged[0] + 1))));
    }

    @Test
    void aFullDiskRefusesAppendsUntilThereIsRoomAgain() throws IOException {
        for (int n = 30; n < 45; n++) {
            Path here = Files.createDirectory(root.resolve("full" + n));
            FaultyDisk disk = new FaultyDisk(Fault.FULL, n);
            try (FileStore store = FileStore.open(here, StoreLimits.NONE, clock, disk);
                    FollowingNames names = FollowingNames.open(store, new HeapKeyValue(), clock)) {
                int[] acknowledged = {0};
                assertThrows(ContentException.OverBudget.class, () -> {
                    for (int move = 1; move < MAX_OPERATIONS; move++) {
                        move(names, move);
                        acknowledged[0] = move;
                    }
                });
                assertEquals(digest(acknowledged[0]), meant(names));
                disk.mend();
                move(names, 500);
                assertEquals(digest(500), meant(names));
            }
            with(here, names -> assertEquals(digest(500), meant(names)));
        }
    }

    @Test
    void aMissingSegmentIsRefused() throws IOException {
        with(root, names -> move(names, 1));
        Path segment = onlySegment();
        with(root, names -> {
            names.compact();
            move(names, 2);
        });
        Files.copy(root.resolve("log/names-0000000000000002.log"), root.resolve("log/names-0000000000000003.log"));
        assertThrows(StoreUnusableException.class, () -> with(root, names -> {}));
        Files.delete(root.resolve("log/names-0000000000000003.log"));
        try (Stream<Path> files = Files.list(root.resolve("log"))) {
            for (Path file : files.toList()) {
                if (file.getFileName().toString().startsWith("snapshot")) {
                    Files.delete(file);
                }
            }
        }
        assertTrue(Files.notExists(segment));
        assertThrows(StoreUnusableException.class, () -> with(root, names -> {}));
    }
}
