package dev.mangrove.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.time.Duration;
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
import org.junit.jupiter.api.Test;

/**
 * What the catalog acknowledged is there after it was killed, whenever that was. The number of kills is small in a build;
 * {@code -Dmangrove.e2e.kills=200} is the run that the measurements report.
 */
class CrashIT {
    private static final int WRITERS = 4;
    private static final int LAYER = 60_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Pushed and acknowledged: repository to image. Removed from here before it is deleted. */
    private final Map<String, TestImage> acknowledged = new ConcurrentSkipListMap<>();

    private final AtomicInteger number = new AtomicInteger();

    @Test
    void everyAcknowledgedPushIsThereAfterAKill() {
        int kills = Integer.getInteger("mangrove.e2e.kills", 6);
        long seed =
                Long.getLong("mangrove.e2e.seed", ThreadLocalRandom.current().nextLong());
        System.out.println("CrashIT: seed " + seed + ", " + kills + " kills");
        Random random = new Random(seed);
        try (TestFolder folder = TestFolder.create();
                MangroveProcess catalog = MangroveProcess.start("catalog", folder.folder("catalog"))) {
            for (int kill = 1; kill <= kills; kill++) {
                AtomicBoolean stop = new AtomicBoolean();
                List<CompletableFuture<Void>> writers = new ArrayList<>();
                for (int i = 0; i < WRITERS; i++) {
                    writers.add(CompletableFuture.runAsync(() -> write(catalog, stop), Thread::startVirtualThread));
                }
                // By progress, not by time: a machine under load would be killed before it did anything.
                int enough = acknowledged.size() + random.nextInt(1, 25);
                catalog.process().awaitThat("pushes go on", PATIENCE, () -> acknowledged.size() >= enough);
                LockSupport.parkNanos(random.nextInt(0, 30) * 1_000_000L);
                catalog.process().kill();
                stop.set(true);
                writers.forEach(CompletableFuture::join);
                catalog.crashAndRestart();
                verify(catalog, kill == kills || kill % 20 == 0);
            }
            assertTrue(acknowledged.size() >= kills, () -> "only " + acknowledged.size() + " pushes: no load");
        }
    }

    private void write(MangroveProcess catalog, AtomicBoolean stop) {
        try (Wire wire = new Wire(catalog.url())) {
            while (!stop.get()) {
                int next = number.incrementAndGet();
                TestImage image = TestImage.of(next * 100L, TestImage.Compression.GZIP, LAYER);
                String repository = "crash/image-" + next;
                wire.push(repository, "v1", image);
                acknowledged.put(repository, image);
            }
        } catch (UncheckedIOException theCatalogWasKilled) {
            // Whatever was under way was not acknowledged.
        }
    }

    private void verify(MangroveProcess catalog, boolean everything) {
        try (Wire wire = new Wire(catalog.url())) {
            int total = acknowledged.size();
            int index = 0;
            for (Map.Entry<String, TestImage> entry : acknowledged.entrySet()) {
                TestImage image = entry.getValue();
                assertEquals(Optional.of(image.digest()), wire.resolve(entry.getKey(), "v1"), entry.getKey());
                if (everything || index++ % 5 == 0 || index > total - WRITERS * 2) {
                    for (String digest : image.blobs().keySet()) {
                        boolean manifest = digest.equals(image.digest());
                        assertArrayEquals(
                                image.blob(digest),
                                wire.get("/v2/" + entry.getKey() + (manifest ? "/manifests/" : "/blobs/") + digest)
                                        .expect(200)
                                        .body());
                    }
                }
            }
        }
    }

    /** The race that answers 500 in one of eight pushes elsewhere. */
    @Test
    void manyClientsPushTheSameNewBlobAtOnce() {
        int rounds = Integer.getInteger("mangrove.e2e.rounds", 150);
        try (TestFolder folder = TestFolder.create();
                MangroveProcess catalog = MangroveProcess.start("catalog", folder.folder("catalog"));
                Wire wire = new Wire(catalog.url())) {
            for (int round = 0; round < rounds; round++) {
                byte[] bytes = TestImage.random(round, 2_000);
                String repository = "race/blob";
                String digest = TestImage.sha256(bytes);
                List<CompletableFuture<Void>> clients = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    clients.add(CompletableFuture.runAsync(
                            () -> {
                                wire.pushBlob(repository, bytes);
                                wire.head("/v2/" + repository + "/blobs/" + digest)
                                        .expect(200);
                                assertArrayEquals(
                                        bytes,
                                        wire.get("/v2/" + repository + "/blobs/" + digest)
                                                .expect(200)
                                                .body());
                            },
                            Thread::startVirtualThread));
                }
                clients.forEach(CompletableFuture::join);
            }
        }
    }
}
