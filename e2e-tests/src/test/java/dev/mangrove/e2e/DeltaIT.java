package dev.mangrove.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A retrained model crosses the links as its change, whoever asks for it, and nobody asks for a delta. */
class DeltaIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final double MOST_OVER_DELTA = 1.02;
    private static final Pattern SIZE_OF_DELTA =
            Pattern.compile("delta\\.segments\\.v1\",\"digest\":\"(sha256:[0-9a-f]{64})\",\"size\":([0-9]+)");

    private final TestFolder folder = TestFolder.create();
    private final RetrainedModel model = RetrainedModel.of(20_26);
    private final Mangrove mangrove =
            Mangrove.start(List.of("freshness:", "  window: 1s"), List.of("freshness:", "  window: 1s"));
    private final Wire catalog = new Wire(mangrove.catalog().url());
    private final Wire agent = new Wire(mangrove.agent().url());

    /** The smallest delta that leads to a manifest. */
    private record Delta(String digest, long sizeBytes) {}

    @AfterEach
    void stop() {
        catalog.close();
        agent.close();
        mangrove.close();
        folder.close();
    }

    @Test
    void aRetrainedModelCrossesTheLinkAsItsDeltaAndLoads() throws IOException {
        publish("v1", model.first());
        assertArrayEquals(model.first(), pull("v1"));
        String second = publish("v2", model.second());
        Delta delta = deltaTo("acme/detector", second);
        long wan = mangrove.wan().answeredBytes();
        long backbone = mangrove.backbone().answeredBytes();

        assertArrayEquals(model.second(), pull("v2"));

        assertCost("wan", mangrove.wan().answeredBytes() - wan, delta);
        assertCost("backbone", mangrove.backbone().answeredBytes() - backbone, delta);
        assertTrue(mangrove.agent().metric("mangrove_blob_response_bytes_total", "source=\"delta\"")
                >= model.second().length);
        assertLoads(folder.path().resolve("pulled-v2/weights.safetensors"), model.second());

        mangrove.wan().cutLink();
        assertArrayEquals(model.first(), pull("v1"), "the older version is still there");
        mangrove.agent().crashAndRestart();
        assertArrayEquals(model.second(), pull("v2"));
    }

    @Test
    void dockerGetsAnImageThatCarriesTheModelInAPlainLayer() {
        TestImage first = TestImage.ofLayer(TestImage.tar("weights.safetensors", model.first()));
        TestImage second = TestImage.ofLayer(TestImage.tar("weights.safetensors", model.second()));
        try (RegistryClient docker = ClientKind.DOCKER.start()) {
            catalog.push("acme/camera", "v1", first);
            docker.pull(mangrove.agent().address(), "acme/camera", "v1", first);
            catalog.push("acme/camera", "v2", second);
            Delta delta = deltaTo("acme/camera", second.digest());
            long wan = mangrove.wan().answeredBytes();

            List<String> known = docker.pull(mangrove.agent().address(), "acme/camera", "v2", second);

            assertTrue(known.contains(second.digest()), known::toString);
            assertCost("wan", mangrove.wan().answeredBytes() - wan, delta);
        }
    }

    @Test
    void anAgentKilledWhileItAppliesServesTheOldVersionAndGoesOnWithTheNewOne() throws Exception {
        publish("v1", model.first());
        pull("v1");
        Delta delta = deltaTo("acme/detector", publish("v2", model.second()));
        long rate = Math.max(1, delta.sizeBytes() / 10);
        mangrove.wan().always(request -> request.target().contains(delta.digest()), new Fault.Slow(rate));
        long before = mangrove.wan().answeredBytes();
        String layer = TestImage.sha256(model.second());
        CompletableFuture<Wire.Answer> cut = CompletableFuture.supplyAsync(
                () -> {
                    try (Wire wire = new Wire(mangrove.agent().url())) {
                        wire.get("/v2/acme/detector/manifests/v2", "Accept", Wire.ACCEPT);
                        return wire.get("/v2/acme/detector/blobs/" + layer);
                    }
                },
                Thread::startVirtualThread);
        mangrove.agent()
                .process()
                .awaitThat(
                        "a third of the delta crosses",
                        PATIENCE,
                        () -> mangrove.wan().answeredBytes() > before + delta.sizeBytes() / 3);
        mangrove.agent().process().kill();
        assertTrue(cut.handle((answer, thrown) -> thrown != null || answer.status() >= 500)
                .get());
        mangrove.wan().forgetRules();
        mangrove.wan().cutLink();
        mangrove.agent().crashAndRestart();
        assertArrayEquals(model.first(), pull("v1"), "the old version needs no link");

        mangrove.wan().restore();
        assertArrayEquals(model.second(), pull("v2"));
        long all = mangrove.wan().answeredBytes() - before;
        assertTrue(all < delta.sizeBytes() * 1.5, () -> all + " bytes for a delta of " + delta.sizeBytes());
    }

    @Test
    void aDeltaThatIsDamagedOnItsWayIsFoundOutAndCostsNoWrongByte() throws IOException {
        publish("v1", model.first());
        pull("v1");
        Delta delta = deltaTo("acme/detector", publish("v2", model.second()));
        mangrove.wan()
                .always(
                        request -> request.isGet() && request.target().contains(delta.digest()),
                        new Fault.FlipByte(delta.sizeBytes() / 2));
        assertArrayEquals(model.second(), pull("v2"));
    }

    private String publish(String version, byte[] weights) throws IOException {
        Path source = folder.folder("model-" + version);
        Files.write(source.resolve("weights.safetensors"), weights);
        String digest = RegistryClient.digestIn(MangroveProcess.verb(
                        folder.path(), "publish", source, mangrove.catalog().address() + "/acme/detector:" + version)
                .with("--plain-http")
                .run()
                .succeeded()
                .all());
        awaitDeltas();
        return digest;
    }

    private byte[] pull(String version) throws IOException {
        Path target = folder.folder("pulled-" + version);
        MangroveProcess.verb(folder.path(), "pull", mangrove.agent().address() + "/acme/detector:" + version, target)
                .with("--plain-http")
                .run()
                .succeeded();
        return Files.readAllBytes(target.resolve("weights.safetensors"));
    }

    private void awaitDeltas() {
        mangrove.catalog()
                .process()
                .awaitThat(
                        "the deltas are made",
                        PATIENCE,
                        () -> mangrove.catalog().metric("mangrove_delta_queue") == 0);
    }

    private Delta deltaTo(String repository, String manifest) {
        awaitDeltas();
        String listed = catalog.get("/v2/" + repository + "/referrers/" + manifest)
                .expect(200)
                .text();
        return RegistryClient.digestsIn(listed).stream()
                .map(each -> catalog.get("/v2/" + repository + "/manifests/" + each, "Accept", Wire.ACCEPT))
                .flatMap(answer -> SIZE_OF_DELTA.matcher(answer.text()).results())
                .map(found -> new Delta(found.group(1), Long.parseLong(found.group(2))))
                .min(java.util.Comparator.comparingLong(Delta::sizeBytes))
                .orElseThrow(() -> new AssertionError("no delta in " + listed));
    }

    private static void assertCost(String link, long bytes, Delta delta) {
        assertTrue(
                bytes <= delta.sizeBytes() * MOST_OVER_DELTA,
                () -> link + " carried " + bytes + " bytes for a delta of " + delta.sizeBytes());
        assertTrue(bytes >= delta.sizeBytes(), () -> link + " carried only " + bytes + ": was the link bypassed?");
    }

    /** With the library that everybody loads such files with. */
    private void assertLoads(Path pulled, byte[] expected) throws IOException {
        Path published = Files.write(folder.path().resolve("published.safetensors"), expected);
        String script = """
                import sys
                from safetensors import deserialize
                one, other = (sorted(deserialize(open(name, 'rb').read())) for name in sys.argv[1:])
                assert one == other and one, 'other tensors'
                print(len(one), 'tensors')
                """;
        String said = Command.in(folder.path(), Clients.require("python-models"))
                .with("-c", script, pulled, published)
                .text();
        assertEquals("tensors", said.substring(said.indexOf(' ') + 1));
    }
}
