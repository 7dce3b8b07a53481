package dev.mangrove.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code mangrove du} and {@code doctor}, on stores of processes that run and of processes that do not. */
class InspectIT {
    private final TestFolder folder = TestFolder.create();

    @AfterEach
    void deleteFolder() {
        folder.close();
    }

    private Command.Finished mangrove(Object... words) {
        return MangroveProcess.verb(folder.path(), words).run();
    }

    @Test
    void aStoreTellsWhatItHoldsWhileItsProcessRunsAndAfterwards() {
        TestImage image = TestImage.of(71, TestImage.Compression.GZIP, 1_000_000);
        try (MangroveProcess catalog = MangroveProcess.start("catalog", folder.folder("catalog"))) {
            try (Wire wire = new Wire(catalog.url())) {
                wire.push("acme/one", "1", image);
                wire.push("acme/two", "1", image);
            }
            String running =
                    mangrove("du", "--data", catalog.store()).succeeded().output();
            assertTrue(running.contains("in use by process"), running);
            assertTrue(running.contains("acme/one"), running);
            catalog.crashAndRestart();
            catalog.process().stop();
            String stopped =
                    mangrove("du", "--data", catalog.store()).succeeded().output();
            assertTrue(stopped.contains("not in use"), stopped);
            assertEquals(row(running, "acme/two"), row(stopped, "acme/two"));
            String blobs = mangrove("du", "--data", catalog.store(), "--by", "blob")
                    .succeeded()
                    .output();
            assertTrue(blobs.contains(image.layers().getFirst()), blobs);
        }
    }

    private static String row(String table, String repository) {
        return table.lines()
                .filter(line -> line.startsWith(repository))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aNodeThatRunsIsWellAndOneWithoutItsParentIsNot() {
        try (MangroveProcess catalog = MangroveProcess.start("catalog", folder.folder("catalog"));
                MangroveProcess region = MangroveProcess.start(
                        "region", folder.folder("region"), "parents:", "  - url: " + catalog.url())) {
            Path config = folder.path().resolve("region/region.yaml");
            Command.Finished well = mangrove("doctor", "--config", config);
            assertTrue(well.exit() == 0 || well.exit() == 6, well.toString());
            assertTrue(well.output().contains("OK    parent " + catalog.url()), well.output());
            assertTrue(well.output().contains("served by Mangrove, ready"), well.output());
            assertTrue(well.output().contains("OK    clock"), well.output());
            catalog.process().stop();
            Command.Finished ill = mangrove("doctor", "--config", config);
            assertEquals(1, ill.exit(), ill.toString());
            assertTrue(ill.output().contains("FAIL  parent"), ill.output());
            region.process().stop();
            assertTrue(mangrove("doctor", "--config", config).output().contains("free"), "nobody listens now");
        }
    }

    @Test
    void aSettingThatIsWrongIsALineOfItsOwn() {
        Path config = folder.write("wrong.yaml", "role: agent\nstore:\n  pth: x\n");
        Command.Finished finished = mangrove("doctor", "--config", config).failed();
        assertEquals(1, finished.exit(), finished.toString());
        assertTrue(finished.output().contains("FAIL  settings")
                && finished.output().contains("wrong.yaml:3"));
    }
}
