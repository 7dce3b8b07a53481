package dev.mangrove.e2e;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The specification's own program against every face; the counts go to {@code target/conformance.md}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceIT {
    private static final String REPOSITORY = "conformance/readonly";
    /** What the two best registries are measured at; fewer means that something made the program leave tests out. */
    private static final int LEAST_TOTAL = 1_000;
    /** Tests of the read-only mode with two images, an index and a referrer. */
    private static final int LEAST_READ_ONLY = 20;

    private final StringBuilder rows = new StringBuilder();
    private final TestImage first = TestImage.of(1, TestImage.Compression.GZIP, 20_000);
    private final TestImage second = TestImage.of(2_000, TestImage.Compression.GZIP, 30_000, 5_000);
    private final TestImage index = TestImage.index(3_000, 10_000);
    private final TestImage referrer =
            TestImage.artifact("application/vnd.example.note", "read me".getBytes(StandardCharsets.UTF_8), first);
    private Faces faces;

    @BeforeAll
    void startFaces() {
        Clients.require("conformance");
        faces = Faces.start();
        try (Wire wire = new Wire(faces.authority().url())) {
            wire.push(REPOSITORY, "first", first);
            wire.push(REPOSITORY, "second", second);
            wire.push(REPOSITORY, "index", index);
            wire.push(REPOSITORY, "", referrer);
        }
    }

    @AfterAll
    void stopFaces() throws IOException {
        if (faces != null) {
            faces.close();
            Files.writeString(
                    Files.createDirectories(Path.of("target")).resolve("conformance.md"),
                    "# Conformance\n\n| against | pass | fail | skip | disabled | error | total |\n|---|---|---|---|---|---|---|\n"
                            + rows);
        }
    }

    @Test
    void theAuthorityPassesEverythingOfTheSpecificationAndItsNextVersion() {
        Conformance.Result result = Conformance.everything(faces.authority());
        rows.append(result.row(faces.authority().name() + ", dev, sparse"));
        assertAll(
                () -> assertTrue(result.allPassed(), result::toString),
                () -> assertEquals(0, result.disabled(), result::toString),
                () -> assertTrue(result.total() >= LEAST_TOTAL, result::toString));
    }

    @Test
    void everyFacePassesTheReadingPartColdAndWarm() {
        // The agent last, so that both it and the region start with nothing.
        for (String state : List.of("cold", "warm")) {
            for (Face face : faces.all()) {
                Conformance.Result result = Conformance.readOnly(
                        face,
                        REPOSITORY,
                        List.of("first", "second", "index"),
                        List.of(first.digest(), second.digest(), index.digest()),
                        List.of(first.layers().getFirst(), second.layers().getFirst()),
                        List.of(first.digest()));
                rows.append(result.row(face.name() + ", read-only, " + state));
                assertTrue(result.allPassed(), () -> face + ", " + state + "\n" + result);
                assertTrue(result.pass() >= LEAST_READ_ONLY, result::toString);
            }
        }
    }
}
