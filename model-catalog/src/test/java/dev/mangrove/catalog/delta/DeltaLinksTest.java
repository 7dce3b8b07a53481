package dev.mangrove.catalog.delta;

import static dev.mangrove.catalog.delta.DeltasFixture.REPOSITORY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.catalog.delta.DeltaEvents.Outcome;
import dev.mangrove.content.Caller;
import dev.mangrove.content.TestTensors;
import dev.mangrove.content.log.NameRecord;
import dev.mangrove.delta.artifact.BlobDelta;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.MediaType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Blobs of deltas go with the last manifest that names them, and nothing else goes. */
@Timeout(120)
class DeltaLinksTest {
    private static final long AMPLE = 1L << 30;
    private static final byte[] V1 = TestTensors.model(1, 2 << 20);
    private static final byte[] V2 = TestTensors.retrained(V1, 2, 0.02);

    /** More manifests than are read at once by anybody. */
    private static final int MANY = 10_001;

    @TempDir
    private Path folder;

    private static String from(Digest base, String note) {
        return "\"org.opencontainers.image.base.digest\":\"" + base + "\",\"note\":\"" + note + "\"";
    }

    private long deltaBytes() throws Exception {
        try (DeltasFixture catalog = new DeltasFixture(folder.resolve("measured"), AMPLE)) {
            Digest first = catalog.publish("v1", V1, "");
            Digest second = catalog.publish("v2", V2, "");
            assertEquals(Outcome.MADE, catalog.outcome());
            assertEquals(Outcome.MADE, catalog.outcome());
            return catalog.artifact(second, Optional.of(first)).sizeBytes();
        }
    }

    @Test
    void theOldestDeltaMakesRoomWithoutTakingTheBlobThatItSharesWithTheNewest() throws Exception {
        long budgetBytes = deltaBytes() * 3 / 2;
        try (DeltasFixture catalog = new DeltasFixture(folder, budgetBytes)) {
            Digest first = catalog.publish("v1", V1, "");
            assertEquals(Outcome.OVER_BUDGET, catalog.outcome(), "packed on its own");
            Digest second = catalog.publish("v2", V2, from(first, "one"));
            assertEquals(Outcome.MADE, catalog.outcome());
            catalog.clock.pass(Duration.ofHours(1));
            Digest third = catalog.publish("v3", V2, from(first, "other"));
            assertEquals(Outcome.MADE, catalog.outcome());

            BlobDelta kept =
                    catalog.artifact(third, Optional.of(first)).deltas().getFirst();
            assertTrue(catalog.names.blob(REPOSITORY, kept.blob()).isPresent());
            assertEquals(List.of(), catalog.artifacts(second), "the oldest made room");
            assertTrue(catalog.failures.isEmpty(), catalog.failures.toString());
        }
    }

    @Test
    void aDeltaThatIsNotKeptLeavesTheSameOneOfAnotherTargetAlone() throws Exception {
        AtomicBoolean full = new AtomicBoolean();
        DeltaBudget.Room room = more -> full.get() && more < AMPLE + V2.length / 2 ? 1 : 0;
        try (DeltasFixture catalog = new DeltasFixture(folder, AMPLE, room)) {
            Digest first = catalog.publish("v1", V1, "");
            Digest second = catalog.publish("v2", V2, from(first, "one"));
            assertEquals(Outcome.MADE, catalog.outcome());
            assertEquals(Outcome.MADE, catalog.outcome());
            full.set(true);
            catalog.publish("v3", V2, from(first, "other"));
            assertEquals(Outcome.OVER_BUDGET, catalog.outcome());
            BlobDelta kept =
                    catalog.artifact(second, Optional.of(first)).deltas().getFirst();
            assertTrue(catalog.names.blob(REPOSITORY, kept.blob()).isPresent());
        }
    }

    @Test
    void anAdapterThatAClientPushedStaysWhenTheDeltaThatNamesItGoes() throws Exception {
        byte[] adapter = TestTensors.adapter(V1, 5);
        Digest blob = Digest.ofBytes(Algorithm.SHA256, adapter);
        try (DeltasFixture catalog = new DeltasFixture(folder, AMPLE)) {
            Digest first = catalog.publish("v1", V1, "");
            Digest lora = catalog.publish("lora", adapter, "");
            Digest second = catalog.publish(
                    "v2", TestTensors.merged(V1, adapter), "\"dev.mangrove.base.adapter\":\"" + lora + "\"");
            for (int i = 0; i < 3; i++) {
                catalog.outcome();
            }
            BlobDelta delta =
                    catalog.artifact(second, Optional.of(first)).deltas().getFirst();
            assertEquals(blob, delta.adapters().getFirst().blob());
            assertTrue(catalog.deltas.pushes().deleteManifest(REPOSITORY, lora, Caller.NODE));
            assertTrue(catalog.deltas.pushes().deleteManifest(REPOSITORY, second, Caller.NODE));
            assertTrue(catalog.names.blob(REPOSITORY, delta.blob()).isEmpty(), "the delta itself goes");
            assertTrue(catalog.names.blob(REPOSITORY, blob).isPresent());
        }
    }

    @Test
    void aBlobStaysThatIsNamedByAManifestBehindThousandsOfOthers() throws Exception {
        try (DeltasFixture catalog = new DeltasFixture(folder, AMPLE)) {
            Digest first = catalog.publish("v1", V1, "");
            Digest second = catalog.publish("v2", V2, "");
            catalog.outcome();
            catalog.outcome();
            Digest blob = catalog.artifact(second, Optional.of(first))
                    .deltas()
                    .getFirst()
                    .blob();
            linkMany(catalog, blob);
            assertTrue(catalog.deltas.pushes().deleteManifest(REPOSITORY, second, Caller.NODE));
            assertTrue(catalog.names.blob(REPOSITORY, blob).isPresent());
        }
    }

    /** Links manifests of which the last in digest order names a blob. */
    private static void linkMany(DeltasFixture catalog, Digest blob) throws IOException {
        List<NameRecord> records = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            records.add(linked(catalog, "0".repeat(32) + "%032x".formatted(i), List.of()));
        }
        records.add(linked(catalog, "f".repeat(64), List.of(blob)));
        catalog.names.append(records);
    }

    private static NameRecord linked(DeltasFixture catalog, String hex, List<Digest> references) {
        return new NameRecord.ManifestLinked(
                REPOSITORY,
                Digest.parse("sha256:" + hex),
                MediaType.OCI_MANIFEST,
                2,
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                references,
                catalog.clock.instant());
    }
}
