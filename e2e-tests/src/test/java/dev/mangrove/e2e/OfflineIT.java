package dev.mangrove.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A site whose link is cut goes on with what it has, through restarts and crashes, and says clearly what it cannot do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OfflineIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    private Mangrove mangrove;
    private Wire catalog;
    private Wire agent;
    private int images;

    @BeforeAll
    void startMangrove() {
        mangrove = Mangrove.start(List.of("freshness:", "  window: 1s"), List.of("freshness:", "  window: 1s"));
        catalog = new Wire(mangrove.catalog().url());
        agent = new Wire(mangrove.agent().url());
    }

    @AfterAll
    void stopMangrove() {
        if (mangrove != null) {
            catalog.close();
            agent.close();
            mangrove.close();
        }
    }

    /** A parent that did not answer is left alone for a moment: what is new comes through again soon, by itself. */
    @AfterEach
    void restoreLinks() {
        mangrove.wan().restore();
        mangrove.wan().forgetRules();
        mangrove.backbone().restore();
        mangrove.backbone().forgetRules();
        String repository = "offline/healed-" + images;
        push(repository, 1_000);
        mangrove.agent()
                .process()
                .awaitThat(
                        "new images come through again",
                        SOON,
                        () -> agent.get("/v2/" + repository + "/manifests/v1", "Accept", Wire.ACCEPT)
                                        .status()
                                == 200);
    }

    private TestImage push(String repository, int size) {
        TestImage image = TestImage.of(++images * 7_000L, TestImage.Compression.GZIP, size);
        catalog.push(repository, "v1", image);
        return image;
    }

    private void assertPulls(Wire from, String repository, TestImage image) {
        for (String reference : List.of("v1", image.digest())) {
            assertArrayEquals(
                    image.manifest(),
                    from.get("/v2/" + repository + "/manifests/" + reference, "Accept", Wire.ACCEPT)
                            .expect(200)
                            .body());
        }
        String layer = image.layers().getFirst();
        assertArrayEquals(
                image.blob(layer),
                from.get("/v2/" + repository + "/blobs/" + layer).expect(200).body());
    }

    @Test
    void aPulledImageIsServedWithoutTheLinkAndAfterACrash() {
        TestImage image = push("offline/kept", 300_000);
        assertPulls(agent, "offline/kept", image);
        mangrove.wan().cutLink();
        assertPulls(agent, "offline/kept", image);
        mangrove.agent().crashAndRestart();
        assertPulls(agent, "offline/kept", image);
        mangrove.agent().restart();
        assertPulls(agent, "offline/kept", image);
    }

    @Test
    void aRegionServesItsSitesWhileTheCatalogIsAway() {
        TestImage image = push("offline/region", 200_000);
        try (Wire region = new Wire(mangrove.region().url())) {
            assertPulls(region, "offline/region", image);
            mangrove.backbone().cutLink();
            mangrove.region().crashAndRestart();
            assertPulls(region, "offline/region", image);
            assertPulls(agent, "offline/region", image);
        }
    }

    @Test
    void dockerAndSkopeoPullFromASiteThatIsCutOff() {
        TestImage image = push("offline/engines", 200_000);
        assertPulls(agent, "offline/engines", image);
        for (String digest : image.blobs().keySet()) { // the configuration as well
            agent.get("/v2/offline/engines/blobs/" + digest);
        }
        mangrove.wan().cutLink();
        try (RegistryClient docker = ClientKind.DOCKER.start()) {
            assertTrue(docker.pull(mangrove.agent().address(), "offline/engines", "v1", image)
                    .contains(image.digest()));
        }
        try (RegistryClient skopeo = ClientKind.SKOPEO.start()) {
            assertTrue(skopeo.pull(mangrove.agent().address(), "offline/engines", "v1", image)
                    .contains(image.digest()));
        }
    }

    @Test
    void whatIsNotHereIsRefusedSoonAndClearly() {
        push("offline/never", 10_000);
        mangrove.wan().cutLink();
        long start = System.nanoTime();
        Wire.Answer answer = agent.get("/v2/offline/never/manifests/v1", "Accept", Wire.ACCEPT);
        assertTrue(System.nanoTime() - start < SOON.toNanos(), "took too long to say no");
        assertTrue(answer.status() == 404 || answer.status() >= 500, answer::toString);
        assertTrue(answer.text().contains("\"code\":"), answer::toString);
    }

    @Test
    void aPushWithoutTheLinkIsRefusedAndWorksAgainAfterwards() {
        mangrove.wan().cutLink();
        Wire.Answer answer = agent.post("/v2/offline/push/blobs/uploads/", new byte[0]);
        assertTrue(answer.status() >= 500, answer::toString);
        mangrove.wan().restore();
        TestImage image = TestImage.of(++images * 7_000L, TestImage.Compression.GZIP, 50_000);
        agent.push("offline/push", "v1", image);
        assertEquals(Optional.of(image.digest()), catalog.resolve("offline/push", "v1"));
    }

    @Test
    void aLinkThatBreaksInTheMiddleOfALayerCostsOnlyTheRest() throws Exception {
        TestImage image = push("offline/broken", 3_000_000);
        String layer = image.layers().getFirst();
        mangrove.wan()
                .on(request -> request.isGet() && request.target().contains(layer), new Fault.CutBody(2_000_000), 1);
        CompletableFuture<Wire.Answer> answer = CompletableFuture.supplyAsync(
                () -> agent.get("/v2/offline/broken/blobs/" + layer), Thread::startVirtualThread);
        assertArrayEquals(image.blob(layer), answer.get().expect(200).body());
        List<FaultProxy.Request> asked = mangrove.wan().requests().stream()
                .filter(request -> request.isGet() && request.target().contains(layer))
                .toList();
        assertTrue(asked.size() > 1, asked::toString);
        String range = asked.getLast().header("range");
        long from = Long.parseLong(range.substring(range.indexOf('=') + 1, range.indexOf('-')));
        assertTrue(from > 2_000_000 - 2 * 65_536 && from <= 2_000_000, () -> "continued at " + from);
    }

    @Test
    void aPushThatWasAcknowledgedSurvivesACrashOfTheCatalog() {
        for (int round = 0; round < 5; round++) {
            TestImage image = push("offline/acknowledged-" + round, 100_000);
            mangrove.catalog().crashAndRestart();
            assertPulls(catalog, "offline/acknowledged-" + round, image);
        }
    }
}
