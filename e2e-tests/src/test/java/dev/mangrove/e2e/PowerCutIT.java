package dev.mangrove.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * What the catalog acknowledged is on the disk. The store lies on an ext4 file system inside an image file, which lies on
 * an XFS that can clone a file in an instant: each clone is what a disk would hold had the power gone at that moment, with
 * everything lost that nobody had asked to be synced. {@code -Dmangrove.e2e.snapshots=100} is the run of the measurements.
 */
class PowerCutIT {
    private static final int WRITERS = 4;
    private static final int LAYER = 40_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Map<String, TestImage> begun = new ConcurrentSkipListMap<>();
    private final Map<String, TestImage> acknowledged = new ConcurrentSkipListMap<>();
    private final AtomicInteger number = new AtomicInteger();

    /** The two file systems, one in the other. */
    private static final class Disk implements AutoCloseable {
        private final TestFolder folder = TestFolder.create();
        private final List<Path> mounted = new ArrayList<>();
        private final Path outer = folder.folder("outer");

        Disk() {
            Clients.requireRoot();
            try {
                run("truncate", "-s", "3G", folder.path().resolve("outer.img"));
                run("mkfs.xfs", "-q", "-m", "reflink=1", folder.path().resolve("outer.img"));
                mount(folder.path().resolve("outer.img"), outer);
                run("truncate", "-s", "600M", outer.resolve("inner.img"));
                run("mkfs.ext4", "-q", "-F", outer.resolve("inner.img"));
            } catch (AssertionError e) {
                close();
                throw e;
            }
        }

        private void run(String program, Object... words) {
            Command.in(folder.path(), Clients.require(program)).with(words).text();
        }

        Path mount(Path image, Path at) {
            run("mount", "-o", "loop", image, at);
            mounted.addFirst(at);
            return at;
        }

        void unmount(Path at) {
            run("umount", at);
            mounted.remove(at);
        }

        @Override
        public void close() {
            for (Path at : List.copyOf(mounted)) {
                unmount(at);
            }
            folder.close();
        }
    }

    @Test
    void everyAcknowledgedPushIsOnTheDiskWhenThePowerGoes() {
        int snapshots = Integer.getInteger("mangrove.e2e.snapshots", 4);
        long seed =
                Long.getLong("mangrove.e2e.seed", ThreadLocalRandom.current().nextLong());
        System.out.println("PowerCutIT: seed " + seed + ", " + snapshots + " snapshots");
        Random random = new Random(seed);
        try (Disk disk = new Disk()) {
            Path live = disk.mount(disk.outer.resolve("inner.img"), disk.folder.folder("live"));
            try (MangroveProcess catalog = start(disk, "live", live)) {
                AtomicBoolean stop = new AtomicBoolean();
                List<CompletableFuture<Void>> writers = new ArrayList<>();
                for (int i = 0; i < WRITERS; i++) {
                    writers.add(CompletableFuture.runAsync(() -> write(catalog, stop), Thread::startVirtualThread));
                }
                try {
                    for (int i = 0; i < snapshots; i++) {
                        int enough = acknowledged.size() + random.nextInt(1, 25);
                        catalog.process().awaitThat("pushes go on", PATIENCE, () -> acknowledged.size() >= enough);
                        LockSupport.parkNanos(random.nextInt(0, 30) * 1_000_000L);
                        checkSnapshot(disk, i);
                    }
                } finally {
                    stop.set(true);
                    writers.forEach(CompletableFuture::join);
                }
            }
            assertTrue(acknowledged.size() >= snapshots, () -> "only " + acknowledged.size() + " pushes: no load");
        }
    }

    private static MangroveProcess start(Disk disk, String name, Path store) {
        return MangroveProcess.start(
                "catalog", disk.folder.folder(name + "-catalog"), "store:", "  path: " + store.resolve("store"));
    }

    private void write(MangroveProcess catalog, AtomicBoolean stop) {
        try (Wire wire = new Wire(catalog.url())) {
            while (!stop.get()) {
                int next = number.incrementAndGet();
                TestImage image = TestImage.of(next * 100L, TestImage.Compression.GZIP, LAYER);
                String repository = "power/image-" + next;
                begun.put(repository, image);
                wire.push(repository, "v1", image);
                acknowledged.put(repository, image);
            }
        } catch (UncheckedIOException e) {
            throw new AssertionError("a writer stopped", e);
        }
    }

    private void checkSnapshot(Disk disk, int index) {
        Map<String, TestImage> before = new TreeMap<>(acknowledged);
        Path image = disk.outer.resolve("snapshot.img");
        disk.run("cp", "--reflink=always", disk.outer.resolve("inner.img"), image);
        Map<String, TestImage> possible = new TreeMap<>(begun);
        Path at = disk.mount(image, disk.folder.folder("snapshot"));
        try (MangroveProcess catalog = start(disk, "snapshot-" + index, at);
                Wire wire = new Wire(catalog.url())) {
            for (Map.Entry<String, TestImage> entry : possible.entrySet()) {
                Optional<String> found = wire.resolve(entry.getKey(), "v1");
                TestImage expected = entry.getValue();
                if (before.containsKey(entry.getKey())) {
                    assertEquals(Optional.of(expected.digest()), found, entry.getKey() + " in snapshot " + index);
                }
                if (found.isPresent()) {
                    for (String digest : expected.blobs().keySet()) {
                        String kind = digest.equals(expected.digest()) ? "/manifests/" : "/blobs/";
                        assertArrayEquals(
                                expected.blob(digest),
                                wire.get("/v2/" + entry.getKey() + kind + digest)
                                        .expect(200)
                                        .body());
                    }
                }
            }
        } finally {
            disk.unmount(at);
            TestFolder.delete(image);
        }
    }
}
