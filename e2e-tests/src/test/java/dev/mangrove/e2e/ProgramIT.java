package dev.mangrove.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The program as somebody uses it who has just cloned it. */
class ProgramIT {
    private final TestFolder folder = TestFolder.create();

    @AfterEach
    void deleteFolder() {
        folder.close();
    }

    @Test
    void theDemoShowsItsTableAndEndsWell() {
        String table = MangroveProcess.verb(folder.path(), "demo", "--exit")
                .within(Duration.ofMinutes(10))
                .run()
                .succeeded()
                .all();
        for (String word : new String[] {"catalog", "region", "agent"}) {
            assertTrue(table.contains(word), table);
        }
    }

    @Test
    void aPublishedModelIsPulledThroughRegionAndAgentByteForByte() throws IOException {
        Path model = folder.folder("model");
        byte[] weights = TestImage.random(3, 2_000_000);
        Files.write(model.resolve("weights.safetensors"), weights);
        Files.writeString(model.resolve("README.md"), "# A model\n");
        try (Mangrove mangrove = Mangrove.start()) {
            String first = publish(mangrove, model, "acme/detector:1");
            assertEquals(first, publish(mangrove, model, "acme/detector:2"), "same input, same digest");
            Path target = folder.folder("pulled");
            MangroveProcess.verb(folder.path(), "pull", mangrove.agent().address() + "/acme/detector:1", target)
                    .with("--plain-http")
                    .run()
                    .succeeded();
            assertArrayEquals(weights, Files.readAllBytes(target.resolve("weights.safetensors")));
            assertEquals("# A model\n", Files.readString(target.resolve("README.md")));
        }
    }

    private String publish(Mangrove mangrove, Path model, String reference) {
        return RegistryClient.digestIn(MangroveProcess.verb(
                        folder.path(), "publish", model, mangrove.catalog().address() + "/" + reference)
                .with("--plain-http")
                .run()
                .succeeded()
                .all());
    }

    @Test
    void aKeyThatIsMistypedIsRefusedWithItsFileAndLine() {
        Path config = folder.write("typo.yaml", "role: agent\nstore:\n  pth: /tmp/x\n");
        Command.Finished finished = MangroveProcess.verb(folder.path(), "serve", "agent", "--config", config)
                .run()
                .failed();
        assertEquals(2, finished.exit(), finished.toString());
        assertTrue(finished.all().contains("typo.yaml:3"), finished.all());
    }

    @Test
    void twoProcessesNeverShareAStore() {
        try (MangroveProcess first = MangroveProcess.start("catalog", folder.folder("catalog"))) {
            Path config = folder.write(
                    "second.yaml",
                    "role: catalog\nlisten:\n  registry: 127.0.0.1:" + FreePort.next() + "\nstore:\n  path: "
                            + first.store() + "\n");
            MangroveProcess.verb(folder.path(), "serve", "catalog", "--config", config)
                    .within(Duration.ofSeconds(60))
                    .run()
                    .failed();
            try (Wire wire = new Wire(first.url())) {
                wire.get("/healthz").expect(200);
            }
        }
    }

    @Test
    void everyRoleAnswersItsProbesAndStopsCleanly() {
        try (Mangrove mangrove = Mangrove.start()) {
            for (MangroveProcess process :
                    new MangroveProcess[] {mangrove.agent(), mangrove.region(), mangrove.catalog()}) {
                try (Wire wire = new Wire(process.url())) {
                    wire.get("/healthz").expect(200);
                    wire.get("/readyz").expect(200);
                    assertTrue(wire.get("/metrics").expect(200).text().contains("mangrove_build_info"));
                }
                assertEquals(0, process.process().stop(), () -> process.role() + " did not end well");
            }
        }
    }

    @Test
    void aKilledProcessLeavesNoSecondCopyOfItsNativeLibrary() {
        try (MangroveProcess catalog = MangroveProcess.start("catalog", folder.folder("catalog"))) {
            catalog.crashAndRestart();
            List<String> libraries = catalog.storeFiles("native");
            assertEquals(1, libraries.size(), libraries::toString);
        }
    }
}
