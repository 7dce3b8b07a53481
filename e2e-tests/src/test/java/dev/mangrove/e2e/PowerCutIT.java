package dev.mangrove.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.BlobStat;
import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.files.StoreLimits;
import dev.mangrove.content.keyvalue.RocksKeyValue;
import dev.mangrove.content.log.FollowingNames;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What the catalog acknowledged survives a power cut. The store lies on ext4 in an image file on XFS; a reflink copy of
 * the image is the disk as a power cut at that moment would leave it: what the file system had not written is not in it.
 * Needs root, loop devices and xfsprogs, so it runs only with {@code -Dmangrove.e2e.powercuts=100}.
 */
@EnabledIfSystemProperty(named = "mangrove.e2e.powercuts", matches = "[0-9]+")
class PowerCutIT {
    private static final int WRITERS = 4;
    private static final int LAYER = 60_000;

    /** Every n-th snapshot is also read as a client reads it, by a catalog of its own. */
    private static final int SERVED_EVERY = 20;

    private final Map<Integer, TestImage> acknowledged = new ConcurrentSkipListMap<>();
    private final AtomicInteger number = new AtomicInteger();

    /** Held while a push is under way; all of it while a snapshot is looked at, or the disk would fill meanwhile. */
    private final ReadWriteLock pushing = new ReentrantReadWriteLock();

    @Test
    void everyAcknowledgedPushIsThereAfterAPowerCut() throws IOException {
        int cuts = Integer.getInteger("mangrove.e2e.powercuts");
        long seed =
                Long.getLong("mangrove.e2e.seed", ThreadLocalRandom.current().nextLong());
        System.out.println("PowerCutIT: seed " + seed + ", " + cuts + " power cuts");
        Random random = new Random(seed);
        loadIndexLibrary();
        try (LoopDisks disks = LoopDisks.create();
                MangroveProcess catalog = MangroveProcess.start("catalog", disks.live())) {
            AtomicBoolean stop = new AtomicBoolean();
            List<CompletableFuture<Void>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                writers.add(CompletableFuture.runAsync(() -> write(catalog, stop), Thread::startVirtualThread));
            }
            long checked = 0;
            try {
                for (int cut = 1; cut <= cuts; cut++) {
                    LockSupport.parkNanos(random.nextInt(1, 400) * 1_000_000L);
                    Map<Integer, TestImage> before = new ConcurrentSkipListMap<>(acknowledged);
                    Path snapshot = disks.cutPower();
                    pushing.writeLock().lock();
                    try {
                        checked += verify(snapshot, before, cut);
                        if (cut % SERVED_EVERY == 0) {
                            serve(snapshot, before);
                        }
                    } finally {
                        pushing.writeLock().unlock();
                    }
                    disks.drop();
                }
            } finally {
                stop.set(true);
                writers.forEach(CompletableFuture::join);
            }
            System.out.println("PowerCutIT: " + cuts + " power cuts, " + acknowledged.size() + " acknowledged pushes, "
                    + checked + " checks of an acknowledged blob or manifest, 0 lost");
            assertTrue(acknowledged.size() >= cuts, () -> "only " + acknowledged.size() + " pushes: no load");
        }
    }

    /** From a disk that stays: a library that is loaded keeps its disk busy, and a snapshot goes away after its check. */
    private static void loadIndexLibrary() throws IOException {
        try (TestFolder folder = TestFolder.create()) {
            RocksKeyValue.open(folder.path().resolve("index")).close();
        }
    }

    private void write(MangroveProcess catalog, AtomicBoolean stop) {
        try (Wire wire = new Wire(catalog.url())) {
            while (!stop.get()) {
                int next = number.incrementAndGet();
                TestImage image = TestImage.of(next * 100L, TestImage.Compression.GZIP, LAYER);
                pushing.readLock().lock();
                try {
                    wire.push(repository(next), "v1", image);
                } finally {
                    pushing.readLock().unlock();
                }
                acknowledged.put(next, image);
            }
        }
    }

    private static String repository(int number) {
        return "crash/image-" + number;
    }

    /** Opens the store as the next process would; every blob in it, acknowledged or not, must be what it is named. */
    private static long verify(Path folder, Map<Integer, TestImage> pushed, int cut) throws IOException {
        InstantSource clock = InstantSource.system();
        Path root = folder.resolve("store");
        if (cut % 3 == 0) {
            deleteIndex(root.resolve("index"));
        }
        long checked = 0;
        try (FileStore store = FileStore.open(root, StoreLimits.NONE, clock);
                FollowingNames names = FollowingNames.open(store, RocksKeyValue.open(store.indexDirectory()), clock)) {
            for (Map.Entry<Integer, TestImage> push : pushed.entrySet()) {
                Location repository = Location.parse(repository(push.getKey()));
                TestImage image = push.getValue();
                assertEquals(
                        Optional.of(Digest.parse(image.digest())),
                        names.tag(repository, new Tag("v1")).map(moved -> moved.manifest()),
                        () -> "power cut " + cut + " lost " + repository);
                for (Map.Entry<String, byte[]> blob : image.blobs().entrySet()) {
                    Digest digest = Digest.parse(blob.getKey());
                    boolean linked = digest.toString().equals(image.digest())
                            ? names.manifest(repository, digest).isPresent()
                            : names.blob(repository, digest).isPresent();
                    assertTrue(linked, () -> "power cut " + cut + " lost the link of " + digest + " in " + repository);
                    assertEquals(
                            Optional.of(new BlobStat(digest, blob.getValue().length)),
                            store.stat(digest),
                            () -> "power cut " + cut + " lost a blob of " + repository);
                    checked++;
                }
            }
            verifyBytes(store, cut);
        }
        return checked;
    }

    private static void verifyBytes(FileStore store, int cut) throws IOException {
        try (Stream<BlobStat> all = store.list()) {
            for (BlobStat blob : all.toList()) {
                assertEquals(
                        FileStore.Verdict.INTACT,
                        store.verify(blob.digest()),
                        () -> "power cut " + cut + " left " + blob + " half written");
            }
        }
    }

    private static void deleteIndex(Path index) throws IOException {
        if (Files.isDirectory(index)) {
            try (Stream<Path> files = Files.list(index)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void serve(Path folder, Map<Integer, TestImage> pushed) {
        try (MangroveProcess catalog = MangroveProcess.start("catalog", folder);
                Wire wire = new Wire(catalog.url())) {
            pushed.forEach((number, image) -> {
                String repository = repository(number);
                assertEquals(Optional.of(image.digest()), wire.resolve(repository, "v1"), repository);
                image.blobs().forEach((digest, bytes) -> {
                    String kind = digest.equals(image.digest()) ? "/manifests/" : "/blobs/";
                    assertArrayEquals(
                            bytes,
                            wire.get("/v2/" + repository + kind + digest)
                                    .expect(200)
                                    .body());
                });
            });
        }
    }

    /** The disks: an XFS on a loop device that holds the image of the ext4 the catalog writes to. */
    private static final class LoopDisks implements AutoCloseable {
        private static final String OUTER_SIZE = "8G";
        private static final String INNER_SIZE = "1G";

        private final TestFolder folder;
        private final Path outer;
        private final Path live;
        private final Path cut;

        private LoopDisks(TestFolder folder) {
            this.folder = folder;
            this.outer = folder.folder("outer");
            this.live = folder.folder("live");
            this.cut = folder.folder("cut");
        }

        static LoopDisks create() {
            LoopDisks disks = new LoopDisks(TestFolder.create());
            try {
                disks.run("truncate", "-s", OUTER_SIZE, "outer.img");
                disks.run("mkfs.xfs", "-q", "-m", "reflink=1", "outer.img");
                disks.run("mount", "-o", "loop", "outer.img", disks.outer);
                disks.run("truncate", "-s", INNER_SIZE, disks.outer.resolve("inner.img"));
                disks.run("mkfs.ext4", "-q", "-F", disks.outer.resolve("inner.img"));
                disks.run("mount", "-o", "loop", disks.outer.resolve("inner.img"), disks.live);
                return disks;
            } catch (RuntimeException | AssertionError e) {
                disks.close();
                throw e;
            }
        }

        Path live() {
            return live;
        }

        /** The disk as a power cut now would leave it, mounted. */
        Path cutPower() {
            run("cp", "--reflink=always", outer.resolve("inner.img"), outer.resolve("cut.img"));
            run("mount", "-o", "loop", outer.resolve("cut.img"), cut);
            return cut;
        }

        void drop() {
            run("umount", cut);
            run("rm", outer.resolve("cut.img"));
        }

        private void run(String program, Object... words) {
            Command.in(folder.path(), Path.of(program)).with(words).run().succeeded();
        }

        /** Takes everything down that is up, innermost first. */
        @Override
        public void close() {
            for (Path mounted : List.of(cut, live, outer)) {
                try {
                    if (!Files.getFileStore(mounted).equals(Files.getFileStore(folder.path()))) {
                        run("umount", mounted);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            folder.close();
        }
    }
}
