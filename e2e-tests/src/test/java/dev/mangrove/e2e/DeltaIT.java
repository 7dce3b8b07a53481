package dev.mangrove.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.TestTensors;
import dev.mangrove.http.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A retrained model crosses the links as its change, whoever asks for it, and nobody asks for a delta. */
class DeltaIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final double MOST_OVER_DELTA = 1.02;
    private static final int MERGED_BYTES = 16 << 20;
    private static final int HEADS_BYTES = 10_000;

    private final RetrainedModel model = RetrainedModel.of(20_26);
    private final DeltaSite site = DeltaSite.start();
    private final Mangrove mangrove = site.mangrove();

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void aRetrainedModelCrossesTheLinkAsItsDeltaAndLoads() throws IOException {
        site.publish("v1", model.first());
        assertArrayEquals(model.first(), site.pull("v1"));
        String second = site.publish("v2", model.second());
        DeltaSite.Delta delta = site.deltaTo(second);
        long wan = site.wanBytes();
        long backbone = mangrove.backbone().answeredBytes();

        assertArrayEquals(model.second(), site.pull("v2"));

        assertCost("wan", site.wanBytes() - wan, delta);
        assertCost("backbone", mangrove.backbone().answeredBytes() - backbone, delta);
        Eventually.holds( // an answer is counted just after its last byte
                "the agent says it made all of the model from a delta",
                () -> mangrove.agent().metric("mangrove_blob_response_bytes_total", "source=\"delta\"")
                        >= model.second().length);
        assertLoads(site.pulled("v2"), model.second());

        mangrove.wan().cutLink();
        assertArrayEquals(model.first(), site.pull("v1"), "the older version is still there");
        mangrove.agent().crashAndRestart();
        assertArrayEquals(model.second(), site.pull("v2"));
    }

    @Test
    void aMergedAdapterCrossesTheLinkInPlaceOfWhatItChanged() throws IOException {
        byte[] base = TestTensors.model(20_26, MERGED_BYTES);
        byte[] adapter = TestTensors.adapter(base, 20_27);
        byte[] merged = TestTensors.merged(base, adapter);
        site.publish("v1", base);
        site.pull("v1");
        site.publish("lora", adapter);
        DeltaSite.Delta delta = site.deltaTo(site.publishMerged("v2", merged, "v1", "lora"));
        long predicted = site.predictedBytes("v1", "v2");
        long wan = site.wanBytes();

        assertArrayEquals(merged, site.pull("v2"));

        long bytes = site.wanBytes() - wan;
        assertTrue(predicted >= delta.sizeBytes() + adapter.length, () -> "diff said " + predicted);
        assertTrue(
                bytes >= predicted && bytes <= predicted * MOST_OVER_DELTA + HEADS_BYTES,
                () -> bytes + " bytes, and diff said " + predicted);
        assertTrue(bytes < merged.length / 20, () -> bytes + " bytes for a merge into " + merged.length);
        assertLoads(site.pulled("v2"), merged);
    }

    @Test
    void dockerGetsAnImageThatCarriesTheModelInAPlainLayer() {
        try (DeltaSite.Docker docker = site.new Docker()) {
            docker.push("v1", model.first());
            docker.pull("v1");
            DeltaSite.Delta delta = docker.deltaTo(docker.push("v2", model.second()));
            long wan = site.wanBytes();

            docker.pull("v2");

            assertCost("wan", site.wanBytes() - wan, delta);
        }
    }

    @Test
    void anAgentKilledWhileItAppliesServesTheOldVersionAndGoesOnWithTheNewOne() throws Exception {
        site.publish("v1", model.first());
        site.pull("v1");
        DeltaSite.Delta delta = site.deltaTo(site.publish("v2", model.second()));
        long third = delta.sizeBytes() / 3;
        CountDownLatch killed = new CountDownLatch(1);
        mangrove.wan().always(request -> request.target().contains(delta.digest()), new Fault.HoldAfter(third, killed));
        long before = site.wanBytes();
        String layer = TestImage.sha256(model.second());
        CompletableFuture<Wire.Answer> cut = CompletableFuture.supplyAsync(
                () -> {
                    try (Wire wire = new Wire(mangrove.agent().url())) {
                        wire.get("/v2/acme/detector/manifests/v2", "Accept", Wire.ACCEPT);
                        return wire.get("/v2/acme/detector/blobs/" + layer);
                    }
                },
                Thread::startVirtualThread);
        try {
            mangrove.agent()
                    .process()
                    .awaitThat("a third of the delta crosses", PATIENCE, () -> site.wanBytes() > before + third);
            mangrove.agent().process().kill();
        } finally {
            killed.countDown();
        }
        assertTrue(cut.handle((answer, thrown) -> thrown != null || answer.status() >= 500)
                .get());
        mangrove.wan().forgetRules();
        mangrove.wan().cutLink();
        mangrove.agent().crashAndRestart();
        assertArrayEquals(model.first(), site.pull("v1"), "the old version needs no link");

        mangrove.wan().restore();
        assertArrayEquals(model.second(), site.pull("v2"));
        long all = site.wanBytes() - before;
        assertTrue(all < delta.sizeBytes() * 1.5, () -> all + " bytes for a delta of " + delta.sizeBytes());
    }

    @Test
    void aDeltaThatIsDamagedOnItsWayIsFoundOutAndCostsNoWrongByte() throws IOException {
        site.publish("v1", model.first());
        site.pull("v1");
        DeltaSite.Delta delta = site.deltaTo(site.publish("v2", model.second()));
        mangrove.wan()
                .always(
                        request -> request.isGet() && request.target().contains(delta.digest()),
                        new Fault.FlipByte(delta.sizeBytes() / 2));
        assertArrayEquals(model.second(), site.pull("v2"));
    }

    private static void assertCost(String link, long bytes, DeltaSite.Delta delta) {
        assertTrue(
                bytes <= delta.sizeBytes() * MOST_OVER_DELTA,
                () -> link + " carried " + bytes + " bytes for a delta of " + delta.sizeBytes());
        assertTrue(bytes >= delta.sizeBytes(), () -> link + " carried only " + bytes + ": was the link bypassed?");
    }

    /** With the library that everybody loads such files with. */
    private void assertLoads(Path pulled, byte[] expected) throws IOException {
        Path published = Files.write(site.folder().resolve("published.safetensors"), expected);
        String script = """
            import sys
            from safetensors import deserialize
            one, other = (sorted(deserialize(open(name, 'rb').read())) for name in sys.argv[1:])
            assert one == other and one, 'other tensors'
            print(len(one), 'tensors')
            """;
        String said = Command.in(site.folder(), Clients.require("python-models"))
                .with("-c", script, pulled, published)
                .text();
        assertEquals("tensors", said.substring(said.indexOf(' ') + 1));
    }
}
