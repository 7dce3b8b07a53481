package dev.mangrove.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pull-through of registries that belong to somebody else: real ones, with the logins, redirects and failures of the real
 * world in front of them. Every pull goes to the agent, which knows only the region; the region knows the registries.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForeignUpstreamIT {
    private static final String TWO = "two.example.com";
    private static final String THREE = "three.example.com";
    private static final String PASSWORD = "password.example.com";
    private static final String TOKENS = "tokens.example.com";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final TestFolder folder = TestFolder.create();
    private final AtomicInteger images = new AtomicInteger(50);
    private final Map<String, ForeignRegistry> registries = new HashMap<>();
    private final Map<String, FaultProxy> fronts = new HashMap<>();
    private Mangrove mangrove;
    private Wire agent;

    @BeforeAll
    void startRegistriesAndMangrove() {
        registries.put(TWO, ForeignRegistry.distribution2());
        registries.put(THREE, ForeignRegistry.distribution3());
        registries.put(PASSWORD, ForeignRegistry.withPassword());
        registries.put(TOKENS, ForeignRegistry.withTokens());
        List<String> settings = new ArrayList<>(List.of("freshness:", "  window: 1s", "upstreams:"));
        registries.forEach((name, registry) -> {
            FaultProxy front = FaultProxy.inFrontOf(registry.port());
            fronts.put(name, front);
            settings.add("  - registry: " + name);
            settings.add("    url: " + front.url());
            if (name.equals(PASSWORD) || name.equals(TOKENS)) {
                settings.add("    username: " + ForeignRegistry.USER);
                settings.add("    password-file: " + folder.write("password", ForeignRegistry.PASSWORD + "\n"));
            }
        });
        mangrove = Mangrove.start(settings, List.of("freshness:", "  window: 1s"));
        agent = new Wire(mangrove.agent().url());
    }

    @AfterAll
    void stopEverything() {
        if (mangrove != null) {
            agent.close();
            mangrove.close();
        }
        fronts.values().forEach(FaultProxy::close);
        registries.values().forEach(ForeignRegistry::close);
        folder.close();
    }

    @AfterEach
    void healEverything() {
        fronts.values().forEach(front -> {
            front.forgetRules();
            front.restore();
            front.forgetRequests();
        });
    }

    /** A new image in a new repository of that registry. */
    private Pushed push(String registry, int size) {
        int number = images.incrementAndGet();
        TestImage image = TestImage.of(number * 1_000L, TestImage.Compression.GZIP, size);
        String repository = "team/image-" + number;
        try (Wire owner = registries.get(registry).owner(repository)) {
            owner.push(repository, "v1", image);
        }
        return new Pushed(registry, repository, image);
    }

    private record Pushed(String registry, String repository, TestImage image) {
        /** As it is asked for at an agent. */
        String path(String rest) {
            return "/v2/" + registry + "/" + repository + "/" + rest;
        }

        String layer() {
            return image.layers().getFirst();
        }

        byte[] layerBytes() {
            return image.blob(layer());
        }

        boolean asksForLayer(FaultProxy.Request request) {
            return request.isGet() && request.target().contains(layer());
        }
    }

    private void assertPulls(Pushed pushed) {
        Wire.Answer manifest =
                agent.get(pushed.path("manifests/v1"), "Accept", Wire.ACCEPT).expect(200);
        assertArrayEquals(pushed.image.manifest(), manifest.body());
        assertEquals(Optional.of(pushed.image.digest()), manifest.header("Docker-Content-Digest"));
        assertArrayEquals(
                pushed.layerBytes(),
                agent.get(pushed.path("blobs/" + pushed.layer())).expect(200).body());
    }

    @ParameterizedTest
    @ValueSource(strings = {TWO, THREE, PASSWORD, TOKENS})
    void anImageComesThroughBothHopsAndItsLayerIsFetchedOnce(String registry) {
        Pushed pushed = push(registry, 300_000);
        assertPulls(pushed);
        assertPulls(pushed);
        assertEquals(1, fronts.get(registry).count(pushed::asksForLayer), "requests for the layer at " + registry);
    }

    @Test
    void aRealClientPullsAForeignNameThroughTheAgent() {
        Pushed pushed = push(TWO, 100_000);
        try (SkopeoClient skopeo = new SkopeoClient()) {
            List<String> digests =
                    skopeo.pull(mangrove.agent().address(), TWO + "/" + pushed.repository, "v1", pushed.image);
            assertTrue(digests.contains(pushed.image.digest()), digests::toString);
        }
    }

    @Test
    void containerdNamesTheRegistryInTheQuery() {
        Pushed pushed = push(THREE, 100_000);
        try (Containerd containerd = Containerd.two()) {
            String reference = THREE + "/" + pushed.repository + ":v1";
            containerd
                    .ctr(
                            "images",
                            "pull",
                            "--hosts-dir",
                            containerd.hosts(THREE, mangrove.agent().address()),
                            reference)
                    .text();
            assertTrue(containerd.ctr("images", "ls").text().contains(pushed.image.digest()));
        }
    }

    @Test
    void aBlobIsServedBeforeItsManifestWasAskedFor() {
        Pushed pushed = push(THREE, 100_000);
        Wire.Answer blob = agent.get(pushed.path("blobs/" + pushed.layer())).expect(200);
        assertArrayEquals(pushed.layerBytes(), blob.body());
    }

    @Test
    void tagsOfTheUpstreamAreListedThoughNothingWasPulled() {
        Pushed pushed = push(TWO, 1_000);
        String tags = agent.get(pushed.path("tags/list")).expect(200).text();
        assertTrue(tags.contains("\"v1\""), tags);
    }

    @Test
    void credentialsGoToTheirOwnRegistryOnly() {
        assertPulls(push(PASSWORD, 10_000));
        assertPulls(push(TOKENS, 10_000));
        assertPulls(push(TWO, 10_000));
        for (FaultProxy.Request request : fronts.get(TWO).requests()) {
            assertEquals("", request.header("authorization"), "at a registry without a login: " + request);
        }
        for (FaultProxy.Request request : fronts.get(TOKENS).requests()) {
            assertFalse(
                    request.header("authorization").startsWith("Basic"), "the password at the registry: " + request);
        }
        assertTrue(registries.get(TOKENS).tokenCredentials().contains(ForeignRegistry.basic()));
    }

    @Test
    void theAgentsCallersCredentialsAreNotPassedOn() {
        Pushed pushed = push(TWO, 10_000);
        try (Wire caller = new Wire(mangrove.agent().url(), "Authorization", "Basic c2VjcmV0OnNlY3JldA==")) {
            caller.get(pushed.path("manifests/v1"));
            caller.get(pushed.path("blobs/" + pushed.layer()));
        }
        for (FaultProxy link : List.of(fronts.get(TWO), mangrove.wan(), mangrove.backbone())) {
            assertEquals(
                    0, link.count(request -> request.header("authorization").contains("c2VjcmV0")));
        }
    }

    @Test
    void aBlobThatIsRedirectedToAnotherHostIsFetchedThereWithoutCredentials() {
        Pushed pushed = push(PASSWORD, 200_000);
        try (Wire owner = registries.get(TWO).owner(pushed.repository);
                FaultProxy elsewhere = FaultProxy.inFrontOf(registries.get(TWO).port(), "127.0.0.2")) {
            owner.push(pushed.repository, "v1", pushed.image); // the same content without a login
            fronts.get(PASSWORD).always(pushed::asksForLayer, new Fault.RedirectTo(elsewhere.url()));
            assertPulls(pushed);
            assertTrue(elsewhere.count(pushed::asksForLayer) > 0);
            assertEquals(0, elsewhere.count(request -> !request.header("authorization")
                    .isEmpty()));
        }
    }

    @Test
    void aTokenServerOnAForeignHostIsNotShownThePassword() {
        Pushed pushed = push(PASSWORD, 10_000);
        try (FaultProxy thief = FaultProxy.inFrontOf(registries.get(TWO).port(), "127.0.0.2")) {
            String challenge = "Bearer realm=\"" + thief.url() + "/token\",service=\"x\"";
            fronts.get(PASSWORD)
                    .always(
                            request -> true,
                            new Fault.Answer(401, Map.of("WWW-Authenticate", challenge), "{\"errors\":[]}"));
            Wire.Answer answer = agent.get(pushed.path("manifests/v1"));
            assertTrue(answer.status() >= 400, answer::toString);
            assertEquals(
                    0, thief.count(request -> !request.header("authorization").isEmpty()), "told the password");
        }
    }

    @Test
    void aRegistryThatAsksForPatienceIsAskedAgain() {
        Pushed pushed = push(THREE, 50_000);
        fronts.get(THREE)
                .on(request -> request.isManifest(), new Fault.Answer(429, Map.of("Retry-After", "1"), ""), 1)
                .on(pushed::asksForLayer, new Fault.Answer(429, Map.of("Retry-After", "1"), ""), 1);
        assertPulls(pushed);
    }

    @Test
    void aLayerThatWasCutIsContinuedWhereItBroke() {
        Pushed pushed = push(THREE, 3_000_000);
        fronts.get(THREE).on(pushed::asksForLayer, new Fault.CutBody(1_500_000), 1);
        assertPulls(pushed);
        List<FaultProxy.Request> asked = fronts.get(THREE).requests().stream()
                .filter(pushed::asksForLayer)
                .toList();
        String range = asked.getLast().header("range");
        assertTrue(range.startsWith("bytes="), () -> "asked again from the beginning: " + asked);
        long from = Long.parseLong(range.substring(6, range.indexOf('-')));
        // Not one leaf of 64 KiB more than was lost.
        assertTrue(from > 1_500_000 - 2 * 65_536 && from <= 1_500_000, () -> "continued at " + from);
    }

    @Test
    void aCutLayerOfARegistryThatIgnoresRangesIsStillRight() {
        Pushed pushed = push(THREE, 1_000_000);
        fronts.get(THREE)
                .on(pushed::asksForLayer, new Fault.CutBody(600_000), 1)
                .always(pushed::asksForLayer, new Fault.IgnoreRange());
        assertPulls(pushed);
    }

    @Test
    void aLayerIsPassedOnWhileItIsStillComing() throws Exception {
        Pushed pushed = push(THREE, 2_000_000);
        CountDownLatch firstLeafIsHere = new CountDownLatch(1);
        fronts.get(THREE).always(pushed::asksForLayer, new Fault.HoldAfter(1_000_000, firstLeafIsHere));
        URI uri = URI.create(mangrove.agent().url() + pushed.path("blobs/" + pushed.layer()));
        try (HttpClient client = HttpClient.newHttpClient()) {
            CompletableFuture<InputStream> begun = client.sendAsync(
                            HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofInputStream())
                    .thenApply(HttpResponse::body);
            CompletableFuture<byte[]> first =
                    begun.thenApplyAsync(body -> firstBytes(body, 65_536), Thread::startVirtualThread);
            byte[] firstLeaf;
            try {
                firstLeaf = first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } finally {
                firstLeafIsHere.countDown();
            }
            try (InputStream body = begun.get()) {
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                all.write(firstLeaf);
                body.transferTo(all);
                assertArrayEquals(pushed.layerBytes(), all.toByteArray());
            }
        }
    }

    private static byte[] firstBytes(InputStream body, int count) {
        try {
            return body.readNBytes(count);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void manyReadersOfOneColdLayerCostOneFetchAndOneThatLeavesDisturbsNobody() throws Exception {
        Pushed pushed = push(THREE, 2_000_000);
        CountDownLatch oneHasLeft = new CountDownLatch(1);
        fronts.get(THREE).always(pushed::asksForLayer, new Fault.HoldAfter(1_000_000, oneHasLeft));
        URI uri = URI.create(mangrove.agent().url() + pushed.path("blobs/" + pushed.layer()));
        try (HttpClient client = HttpClient.newHttpClient()) {
            List<CompletableFuture<byte[]>> readers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                boolean slow = i < 3;
                readers.add(CompletableFuture.supplyAsync(() -> read(client, uri, slow), Thread::startVirtualThread));
            }
            HttpResponse<InputStream> leaver =
                    client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofInputStream());
            leaver.body().read();
            leaver.body().close();
            oneHasLeft.countDown();
            for (CompletableFuture<byte[]> reader : readers) {
                assertArrayEquals(pushed.layerBytes(), reader.get());
            }
        }
        assertEquals(1, fronts.get(THREE).count(pushed::asksForLayer), "requests at the upstream");
    }

    private static byte[] read(HttpClient client, URI uri, boolean slow) {
        try (InputStream body = client.send(
                        HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofInputStream())
                .body()) {
            java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
            byte[] buffer = new byte[100_000];
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                all.write(buffer, 0, read);
                if (slow) {
                    LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                }
            }
            return all.toByteArray();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whatever the upstream does, what is complete is right. Wrong bytes end as an error or as a short answer. */
    private void assertNeverCompleteAndWrong(Pushed pushed) {
        try {
            Wire.Answer answer = agent.sendOrFail("GET", pushed.path("blobs/" + pushed.layer()), null);
            if (answer.status() == 200) {
                assertArrayEquals(pushed.layerBytes(), answer.body(), "a complete answer with wrong bytes");
            }
        } catch (IOException aShortAnswer) {
            // What the client must see when the last leaf cannot be right.
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100_000, 299_999})
    void aLayerWithAWrongByteIsNeverACompleteAnswerAndIsFetchedAgain(int offset) {
        Pushed pushed = push(THREE, 300_000);
        fronts.get(THREE).always(pushed::asksForLayer, new Fault.FlipByte(offset));
        assertNeverCompleteAndWrong(pushed);
        assertNeverCompleteAndWrong(pushed);
        fronts.get(THREE).forgetRules();
        awaitThat("the right layer is served", () -> {
            try {
                Wire.Answer answer = agent.sendOrFail("GET", pushed.path("blobs/" + pushed.layer()), null);
                return answer.status() == 200 && java.util.Arrays.equals(pushed.layerBytes(), answer.body());
            } catch (IOException e) {
                return false;
            }
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {-1_000, 1_000})
    void aLayerWithAFalseLengthIsNeverACompleteAnswer(long difference) {
        Pushed pushed = push(THREE, 300_000);
        fronts.get(THREE).on(pushed::asksForLayer, new Fault.LieAboutLength(difference), 20);
        assertNeverCompleteAndWrong(pushed);
    }

    @Test
    void aManifestThatIsNotWhatItsDigestSaysIsNotServed() {
        Pushed pushed = push(THREE, 10_000);
        fronts.get(THREE)
                .always(
                        request -> request.target().contains("manifests/" + pushed.image.digest()),
                        new Fault.FlipByte(100));
        Wire.Answer answer = agent.get(pushed.path("manifests/" + pushed.image.digest()), "Accept", Wire.ACCEPT);
        assertTrue(answer.status() >= 400, answer::toString);
    }

    @Test
    void whatWasPulledIsServedWhileTheRegistryIsAway() {
        Pushed pushed = push(TWO, 200_000);
        Pushed never = push(TWO, 10_000);
        assertPulls(pushed);
        fronts.get(TWO).cutLink();
        assertPulls(pushed);
        long start = System.nanoTime();
        Wire.Answer answer = agent.get(never.path("manifests/v1"));
        assertTrue(answer.status() == 404 || answer.status() >= 500, answer::toString);
        assertTrue(System.nanoTime() - start < Duration.ofSeconds(30).toNanos(), "took too long to say no");
    }

    @Test
    void whatWasMissingIsFoundOnceItIsThere() {
        String repository = "team/late-" + images.incrementAndGet();
        agent.get("/v2/" + TWO + "/" + repository + "/manifests/v1").expect(404);
        TestImage image = TestImage.of(images.incrementAndGet() * 1_000L, TestImage.Compression.GZIP, 1_000);
        try (Wire owner = registries.get(TWO).owner(repository)) {
            owner.push(repository, "v1", image);
        }
        awaitThat(
                "the image is found",
                () -> agent.get("/v2/" + TWO + "/" + repository + "/manifests/v1", "Accept", Wire.ACCEPT)
                                .status()
                        == 200);
    }

    @Test
    void aTagThatMovedIsSeenAfterTheFreshnessWindow() {
        Pushed pushed = push(TWO, 1_000);
        assertPulls(pushed);
        TestImage next = TestImage.of(images.incrementAndGet() * 1_000L, TestImage.Compression.GZIP, 2_000);
        try (Wire owner = registries.get(TWO).owner(pushed.repository)) {
            owner.push(pushed.repository, "v1", next);
        }
        awaitThat("the tag moves", () -> agent.head(pushed.path("manifests/v1"), "Accept", Wire.ACCEPT)
                .header("Docker-Content-Digest")
                .equals(Optional.of(next.digest())));
    }

    @Test
    void aRegistryThatNobodyConfiguredIsNeverDialled() {
        try (FaultProxy stranger = FaultProxy.inFrontOf(registries.get(TWO).port())) {
            assertTrue(
                    agent.get("/v2/" + stranger.address() + "/a/b/manifests/v1").status() >= 400);
            assertTrue(
                    agent.get("/v2/a/b/manifests/v1?ns=" + stranger.address()).status() >= 400);
            assertEquals(List.of(), stranger.requests());
        }
    }

    @Test
    void aPushToAForeignNameIsRefused() {
        Wire.Answer answer = agent.post("/v2/" + TWO + "/team/pushed/blobs/uploads/", new byte[0]);
        assertTrue(answer.status() >= 400 && answer.status() < 500, answer::toString);
        assertTrue(answer.text().contains("\"code\":"), answer::toString);
        assertEquals(List.of(), fronts.get(TWO).requests());
    }

    private static void awaitThat(String what, java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, () -> "not within " + PATIENCE + ": " + what);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }
}
