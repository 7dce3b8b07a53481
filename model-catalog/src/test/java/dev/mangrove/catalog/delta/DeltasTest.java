package dev.mangrove.catalog.delta;

import static dev.mangrove.catalog.delta.DeltasFixture.REPOSITORY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.catalog.delta.DeltaEvents.Outcome;
import dev.mangrove.content.Caller;
import dev.mangrove.content.TestContent;
import dev.mangrove.content.TestTensors;
import dev.mangrove.content.log.NameRecord.Released;
import dev.mangrove.delta.DeltaDecoder;
import dev.mangrove.delta.artifact.BlobDelta;
import dev.mangrove.delta.artifact.DeltaArtifact;
import dev.mangrove.delta.artifact.DeltaReport;
import dev.mangrove.delta.io.ByteSink;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Lineage is recorded at push, and deltas appear beside it. */
@Timeout(120)
class DeltasTest {
    private static final long AMPLE = 1L << 30;
    private static final byte[] V1 = TestTensors.model(1, 2 << 20);
    private static final byte[] V2 = TestTensors.retrained(V1, 2, 0.02);
    private static final byte[] V3 = TestTensors.retrained(V2, 3, 0.02);

    @TempDir
    private Path folder;

    private static byte[] applied(byte[] delta, List<byte[]> bases) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DeltaDecoder.open(ByteSource.of(delta))
                .apply(bases.stream().map(ByteSource::of).toList(), ByteSink.of(out));
        return out.toByteArray();
    }

    @Test
    void aSecondVersionGetsADeltaFromTheFirstThatMakesIt() throws Exception {
        try (DeltasFixture catalog = new DeltasFixture(folder, AMPLE)) {
            Digest first = catalog.publish("v1", V1, "");
            assertEquals(Outcome.MADE, catalog.outcome(), "v1 packed on its own");
            Digest second = catalog.publish("v2", V2, "");
            assertEquals(Outcome.MADE, catalog.outcome());

            DeltaArtifact artifact = catalog.artifact(second, Optional.of(first));
            BlobDelta delta = artifact.deltas().getFirst();
            assertTrue(delta.sizeBytes() < V2.length / 10, "delta of " + delta.sizeBytes());
            assertEquals(V2.length, delta.rawSizeBytes());
            assertArrayEquals(V2, applied(catalog.stored(delta.blob()), List.of(V1)));
            DeltaReport report =
                    DeltaReport.decode(catalog.stored(artifact.config().digest()));
            DeltaReport.Pair pair = report.pairs().getFirst();
            assertEquals("model.safetensors", pair.path());
            assertEquals(Optional.of(delta.sizeBytes()), pair.deltaBytes());
            assertEquals("layer.weight", pair.tensors().getFirst().name());
            assertTrue(catalog.failures.isEmpty(), catalog.failures.toString());
        }
    }

    @Test
    void aFirstVersionIsOfferedPackedOnItsOwn() throws Exception {
        try (DeltasFixture catalog = new DeltasFixture(folder, AMPLE)) {
            Digest first = catalog.publish("v1", V1, "");
            assertEquals(Outcome.MADE, catalog.outcome());
            BlobDelta packed =
                    catalog.artifact(first, Optional.empty()).deltas().getFirst();
            assertTrue(packed.sizeBytes() <= V1.length * 0.9, "packed to " + packed.sizeBytes());
            assertArrayEquals(V1, applied(catalog.stored(packed.blob()), List.of()));
        }
    }

    @Test
    void aSecondRepositoryGetsItsOwnOfTheSameFile() throws Exception {
        Location other = Location.parse("acme/twin");
        try (DeltasFixture catalog = new DeltasFixture(folder, AMPLE)) {
            catalog.publish("v1", V1, "");
            assertEquals(Outcome.MADE, catalog.outcome());
            Digest twin = catalog.publish(other, "v1", V1, "");
            assertEquals(Outcome.MADE, catalog.outcome());
            assertEquals(1, catalog.names.referrers(other, twin).size());
        }
    }

    @Test
    void anAdapterThatThePublisherNamesExplainsAMergeAndIsNoPredecessor() throws Exception {
        byte[] adapter = TestTensors.adapter(V1, 5);
        byte[] merged = TestTensors.merged(V1, adapter);
        try (DeltasFixture catalog = new DeltasFixture(folder, AMPLE)) {
            Digest first = catalog.publish("v1", V1, "");
            catalog.outcome();
            Digest lora = catalog.publish("lora", adapter, "");
            catalog.outcome();
            Digest second = catalog.publish("v2", merged, "\"dev.mangrove.base.adapter\":\"" + lora + "\"");
            assertEquals(Outcome.MADE, catalog.outcome());

            DeltaArtifact artifact = catalog.artifact(second, Optional.of(first));
            BlobDelta delta = artifact.deltas().getFirst();
            Digest adapterBlob = Digest.ofBytes(Algorithm.SHA256, adapter);
            assertEquals(List.of(new BlobDelta.Adapter(adapterBlob, adapter.length)), delta.adapters());
            assertTrue(delta.sizeBytes() < merged.length / 100, "delta of " + delta.sizeBytes());
            assertArrayEquals(merged, applied(catalog.stored(delta.blob()), List.of(V1, adapter)));
            DeltaReport report =
                    DeltaReport.decode(catalog.stored(artifact.config().digest()));
            assertEquals(adapter.length, report.pairs().getFirst().adapterBytes());
            assertTrue(catalog.failures.isEmpty(), catalog.failures.toString());
        }
    }

    @Test
    void anAdapterThatExplainsNothingIsNotAskedOfAnybody() throws Exception {
        byte[] adapter = TestTensors.adapter(V1, 5);
        try (DeltasFixture catalog = new DeltasFixture(folder, AMPLE)) {
            Digest first = catalog.publish("v1", V1, "");
            catalog.outcome();
            Digest lora = catalog.publish("lora", adapter, "");
            catalog.outcome();
            Digest second = catalog.publish("v2", V2, "\"dev.mangrove.base.adapter\":\"" + lora + "\"");
            assertEquals(Outcome.MADE, catalog.outcome());
            BlobDelta delta =
                    catalog.artifact(second, Optional.of(first)).deltas().getFirst();
            assertEquals(List.of(), delta.adapters());
            assertArrayEquals(V2, applied(catalog.stored(delta.blob()), List.of(V1)));
        }
    }

    @Test
    void aManifestThatNamesABlobOfAnotherRepositoryGetsNothingOfIt() throws Exception {
        byte[] adapter = TestTensors.adapter(V1, 5);
        byte[] merged = TestTensors.merged(V1, adapter);
        Location secret = Location.parse("secret/detector");
        try (DeltasFixture catalog = new DeltasFixture(folder, AMPLE)) {
            Digest foreign = catalog.blob(secret, V2);
            Digest foreignAdapter = catalog.blob(secret, adapter);
            Digest sparse = catalog.publishWithout("v1", foreign, V2.length, "");
            assertEquals(Outcome.NOTHING, catalog.outcome(), "not packed on its own");
            assertEquals(List.of(), catalog.artifacts(sparse));
            Digest own = catalog.publish("v2", V1, "");
            assertEquals(Outcome.MADE, catalog.outcome());
            assertTrue(
                    catalog.artifacts(own).stream()
                            .noneMatch(artifact -> artifact.baseManifest().isPresent()),
                    "not a base");
            Digest lora = catalog.publishWithout("lora", foreignAdapter, adapter.length, "");
            catalog.outcome();
            Digest third = catalog.publish("v3", merged, "\"dev.mangrove.base.adapter\":\"" + lora + "\"");
            catalog.outcome();
            assertTrue(
                    catalog.artifacts(third).stream()
                            .flatMap(artifact -> artifact.deltas().stream())
                            .allMatch(delta -> delta.adapters().isEmpty()),
                    "not an adapter");
            assertTrue(catalog.failures.isEmpty(), catalog.failures.toString());
        }
    }

    @Test
    void releasesAreNumberedAndKnowTheirBase() throws Exception {
        try (DeltasFixture catalog = new DeltasFixture(folder, AMPLE)) {
            Digest first = catalog.publish("v1", V1, "");
            Digest second = catalog.publish("v2", V2, "");
            Digest third = catalog.publish("v3", V3, "\"org.opencontainers.image.base.digest\":\"" + first + "\"");
            assertEquals(first, catalog.publish("stable", V1, ""), "a tag more for what was released");

            List<Released> releases = catalog.names.releases(REPOSITORY, 10);
            assertEquals(
                    List.of(third, second, first),
                    releases.stream().map(Released::manifest).toList());
            assertEquals(
                    List.of(3L, 2L, 1L),
                    releases.stream().map(Released::sequence).toList());
            assertEquals(Optional.of(first), releases.get(0).base(), "the base that the publisher named");
            assertEquals(Optional.of(first), releases.get(1).base());
            assertEquals(Optional.empty(), releases.get(2).base());
            assertEquals("ci", releases.get(0).by());
        }
    }

    @Test
    void aDeltaThatSavesTooLittleIsNotKeptAndTheTryIsOnRecord() throws Exception {
        byte[] other = TestTensors.model(99, 2 << 20);
        try (DeltasFixture catalog = new DeltasFixture(folder, AMPLE)) {
            Digest first = catalog.publish("v1", V1, "");
            catalog.outcome();
            Digest second = catalog.publish("v2", other, "");
            catalog.outcome();
            DeltaArtifact tried = catalog.artifact(second, Optional.of(first));
            assertEquals(List.of(), tried.deltas());
            DeltaReport report =
                    DeltaReport.decode(catalog.stored(tried.config().digest()));
            assertEquals(Optional.empty(), report.pairs().getFirst().deltaBytes());
        }
    }

    @Test
    void anotherPairIsMadeWhenSomebodyWhoHoldsItsBaseAsks() throws Exception {
        try (DeltasFixture catalog = new DeltasFixture(folder, AMPLE)) {
            Digest first = catalog.publish("v1", V1, "");
            catalog.publish("v2", V2, "");
            Digest third = catalog.publish("v3", V3, "");
            for (int i = 0; i < 3; i++) {
                catalog.outcome();
            }
            catalog.deltas.registry().referrers(REPOSITORY, third, first, Caller.NODE);
            assertEquals(Outcome.MADE, catalog.outcome());
            BlobDelta delta =
                    catalog.artifact(third, Optional.of(first)).deltas().getFirst();
            assertArrayEquals(V3, applied(catalog.stored(delta.blob()), List.of(V1)));
        }
    }

    @Test
    void deltasDieWithTheirSubject() throws Exception {
        try (DeltasFixture catalog = new DeltasFixture(folder, AMPLE)) {
            Digest first = catalog.publish("v1", V1, "");
            Digest second = catalog.publish("v2", V2, "");
            catalog.outcome();
            catalog.outcome();
            BlobDelta delta =
                    catalog.artifact(second, Optional.of(first)).deltas().getFirst();
            assertTrue(catalog.deltas.pushes().deleteManifest(REPOSITORY, second, Caller.NODE));
            assertEquals(List.of(), catalog.artifacts(second));
            assertTrue(catalog.names.blob(REPOSITORY, delta.blob()).isEmpty());
        }
    }

    @Test
    void deltasBeyondTheBudgetAreNotStored() throws Exception {
        try (DeltasFixture catalog = new DeltasFixture(folder, 1_000)) {
            Digest first = catalog.publish("v1", V1, "");
            assertEquals(Outcome.OVER_BUDGET, catalog.outcome());
            assertEquals(List.of(), catalog.artifacts(first));
        }
    }

    @Test
    void smallFilesAndPlainImagesGetNothing() throws Exception {
        try (DeltasFixture catalog = new DeltasFixture(folder, AMPLE)) {
            catalog.publish("v1", TestContent.random(1, 100_000).bytes(), "");
            Digest second = catalog.publish("v2", TestContent.random(2, 100_000).bytes(), "");
            assertEquals(Outcome.NOTHING, catalog.outcome());
            assertEquals(Outcome.NOTHING, catalog.outcome());
            assertEquals(List.of(), catalog.artifacts(second));
        }
    }

    @Test
    void scratchFilesAreGoneWhenTheWorkIsDone() throws Exception {
        try (DeltasFixture catalog = new DeltasFixture(folder, AMPLE)) {
            catalog.publish("v1", V1, "");
            catalog.outcome();
        }
        try (Stream<Path> left = Files.list(folder.resolve("scratch"))) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void aDiskThatIsNearlyFullIsLeftToPushes() throws Exception {
        try (DeltasFixture catalog = new DeltasFixture(folder, AMPLE, more -> more > AMPLE ? 1 : 0)) {
            Digest first = catalog.publish("v1", V1, "");
            assertEquals(Outcome.OVER_BUDGET, catalog.outcome());
            assertEquals(List.of(), catalog.artifacts(first));
        }
    }

    @Test
    void whatAKilledProcessLeftInTheScratchFolderIsDeleted() throws Exception {
        Path left = Files.createDirectories(folder.resolve("scratch")).resolve("delta-1.body");
        Files.writeString(left, "half a delta");
        new DeltasFixture(folder, AMPLE).close();
        assertFalse(Files.exists(left));
    }

    @Test
    void aTargetThatTookTheProcessDownTwiceIsNotTriedAThirdTime() throws Exception {
        Path scratch = Files.createDirectories(folder.resolve("scratch"));
        Digest target = Digest.ofBytes(Algorithm.SHA256, V1);
        for (int start = 0; start < 2; start++) {
            UnderWay underWay = UnderWay.open(scratch);
            assertFalse(underWay.isSuspect(target));
            underWay.begin(target);
        }
        assertTrue(UnderWay.open(scratch).isSuspect(target));
        UnderWay.open(scratch).end();
        assertFalse(UnderWay.open(scratch).isSuspect(target));
    }
}
