package dev.mangrove.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A store that has no more room, because the disk is full or because it was told to stop there. */
class LimitsIT {
    private static final int MEGABYTE = 1_000_000;

    private static final class SmallDisk implements AutoCloseable {
        private final TestFolder folder = TestFolder.create();
        private final Path store = folder.folder("store");

        SmallDisk(int megabytes) {
            Clients.requireRoot();
            mount("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", store);
        }

        private void mount(String program, Object... words) {
            Command.in(folder.path(), Clients.require(program)).with(words).text();
        }

        /** Takes all of the disk away but so much; how full it was does not matter. */
        Path occupyAllBut(int megabytes) {
            try {
                long free = Files.getFileStore(store).getUsableSpace();
                return Files.write(
                        store.resolve("occupied"), new byte[Math.toIntExact(free - ((long) megabytes << 20))]);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            mount("umount", store);
            folder.close();
        }
    }

    @Test
    void aStoreThatIsGoneEndsTheProcessWithACodeOfItsOwn() throws IOException {
        try (TestFolder folder = TestFolder.create();
                MangroveProcess catalog = MangroveProcess.start("catalog", folder.folder("catalog"))) {
            Path store = folder.path().resolve("catalog/store");
            Path away = Files.move(store, folder.path().resolve("away"));
            assertEquals(
                    21,
                    catalog.process().awaitExit(Duration.ofMinutes(2)),
                    catalog.process().tail());
            assertTrue(
                    catalog.process().tail().contains("catalog cannot go on: "),
                    catalog.process().tail());
            Files.move(away, store);
        }
    }

    @Test
    void aFullDiskRefusesPushesServesOnAndRecoversWithoutARestart() {
        try (SmallDisk disk = new SmallDisk(96);
                MangroveProcess catalog = MangroveProcess.start(
                        "catalog",
                        disk.folder.folder("catalog"),
                        "store:",
                        "  path: " + disk.store,
                        "  reserve: 8MiB");
                Wire wire = new Wire(catalog.url())) {
            TestImage kept = TestImage.of(1, TestImage.Compression.GZIP, MEGABYTE);
            wire.push("disk/kept", "v1", kept);
            Path occupied = disk.occupyAllBut(24);

            List<byte[]> pushed = new ArrayList<>();
            Wire.Answer refused = null;
            for (int i = 0; i < 60 && refused == null; i++) {
                byte[] bytes = TestImage.random(1_000 + i, MEGABYTE);
                Wire.Answer begun = wire.post("/v2/disk/more/blobs/uploads/", new byte[0]);
                Wire.Answer put = begun.status() == 202
                        ? wire.put(wire.location(begun, "digest=" + TestImage.sha256(bytes)), bytes)
                        : begun;
                if (put.status() == 201) {
                    pushed.add(bytes);
                } else {
                    refused = put;
                }
            }
            assertTrue(refused != null, "pushes went on on a full disk");
            assertEquals(507, refused.status(), refused.toString());
            assertTrue(refused.text().contains("\"code\":"), refused.toString());

            for (byte[] bytes : pushed) {
                assertArrayEquals(
                        bytes,
                        wire.get("/v2/disk/more/blobs/" + TestImage.sha256(bytes))
                                .expect(200)
                                .body());
            }
            wire.get("/v2/disk/kept/manifests/v1", "Accept", Wire.ACCEPT).expect(200);

            TestFolder.delete(occupied);
            wire.push("disk/after", "v1", TestImage.of(2, TestImage.Compression.GZIP, 10 * MEGABYTE));
        }
    }

    @Test
    void aCacheWithAQuotaStaysBelowItAndServesEverythingAllTheSame() {
        List<String> quota = List.of("store:", "  path: STORE", "  quota: 10MB");
        try (TestFolder folder = TestFolder.create();
                MangroveProcess catalog = MangroveProcess.start("catalog", folder.folder("catalog"))) {
            List<String> settings = new ArrayList<>(List.of("parents:", "  - url: " + catalog.url()));
            quota.forEach(line -> settings.add(line.replace("STORE", folder.folder("agent") + "/store")));
            try (MangroveProcess agent =
                            MangroveProcess.start("agent", folder.folder("agent"), settings.toArray(String[]::new));
                    Wire owner = new Wire(catalog.url());
                    Wire wire = new Wire(agent.url())) {
                for (int i = 0; i < 20; i++) {
                    TestImage image = TestImage.of(10_000L + i * 10L, TestImage.Compression.GZIP, 2 * MEGABYTE);
                    owner.push("quota/image-" + i, "v1", image);
                    String layer = image.layers().getFirst();
                    wire.get("/v2/quota/image-" + i + "/manifests/v1", "Accept", Wire.ACCEPT)
                            .expect(200);
                    assertArrayEquals(
                            image.blob(layer),
                            wire.get("/v2/quota/image-" + i + "/blobs/" + layer)
                                    .expect(200)
                                    .body());
                    long held = agent.metric("mangrove_store_bytes");
                    assertTrue(held <= 10 * MEGABYTE, () -> "holds " + held + " bytes");
                }
                assertTrue(agent.metric("mangrove_cache_evictions_total") > 0, agent::metrics);
            }
        }
    }
}
