package dev.mangrove.proxy.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.cli.Config;
import dev.mangrove.cli.ConfigLoader;
import dev.mangrove.cli.Failure;
import dev.mangrove.cli.Role;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.TestContent;
import dev.mangrove.distribution.client.ClientFixture;
import dev.mangrove.distribution.client.Credentials;
import dev.mangrove.distribution.client.DistributionClient;
import dev.mangrove.distribution.client.FakeUpstream;
import dev.mangrove.distribution.client.Login;
import dev.mangrove.distribution.client.PushClient;
import dev.mangrove.distribution.client.PushOutcome;
import dev.mangrove.distribution.client.RegistryConnection;
import dev.mangrove.distribution.client.RegistryUrl;
import dev.mangrove.distribution.client.RemoteBlob;
import dev.mangrove.distribution.client.UploadProgress;
import dev.mangrove.distribution.client.UploadSource;
import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import dev.mangrove.http.Eventually;
import dev.mangrove.http.Headers;
import dev.mangrove.http.RequestHead;
import dev.mangrove.http.Response;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Tag;
import dev.mangrove.proxy.region.RegionRole;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole nodes over sockets: a catalog, a region in front of it, and another node in front of that. */
@Timeout(60)
class ProxyNodeTest {
    private static final Location REPOSITORY = Location.parse("acme/detector");
    private static final TestContent LAYER = TestContent.random(1, 3_000_000);
    private static final Login.Password LOGIN = new Login.Password("ci", "s3cret");

    @TempDir
    private Path folder;

    private final ClientFixture client = new ClientFixture();
    private final Deque<Role.Running> nodes = new ArrayDeque<>();
    private FakeUpstream catalog;

    @BeforeEach
    void begin() throws IOException {
        catalog = client.upstream();
    }

    @AfterEach
    void end() throws IOException {
        while (!nodes.isEmpty()) {
            nodes.pop().close();
        }
        client.close();
    }

    private String node(String name, String... parents) throws IOException {
        return node(name, 0, parents);
    }

    private String node(String name, int port, String... parents) throws IOException {
        Map<String, String> settings = new HashMap<>();
        settings.put("node", name);
        settings.put("listen.registry", "127.0.0.1:" + port);
        settings.put("store.path", folder.resolve(name).toString());
        settings.put("store.reserve", "1MB");
        for (int i = 0; i < parents.length; i++) {
            settings.put("parents." + i + ".url", parents[i]);
        }
        Role.Running node = new RegionRole().start(Config.of(settings));
        nodes.push(node);
        return node.url();
    }

    /** With the defaults of a real process: they must not answer for whoever runs it. */
    private Role.Running openRegion(String... more) throws IOException {
        List<String> settings = new ArrayList<>(List.of(
                "listen.registry=0.0.0.0:0",
                "store.path=" + folder.resolve("open"),
                "parents.0.url=" + catalogUrl(),
                "parents.0.username=region",
                "parents.0.password-file=" + folder.resolve("password")));
        settings.addAll(List.of(more));
        return new RegionRole().start(ConfigLoader.load(Optional.empty(), Map.of(), settings));
    }

    @Test
    void aRegionDoesNotLendItsLoginToOtherMachinesUnlessItIsTold() throws IOException {
        Failure refused = assertThrows(Failure.class, this::openRegion);
        assertTrue(refused.getMessage().contains("everyone who reaches"), refused.getMessage());
        assertThrows(Failure.class, () -> openRegion("access.anonymous-pull=false"));
        nodes.push(openRegion("access.anonymous-pull=true"));
    }

    private String catalogUrl() {
        return catalog.url().toString();
    }

    private RegistryConnection connect(String url, Credentials credentials) {
        return RegistryConnection.open(client.http(), RegistryUrl.parse(url), credentials, client.settings());
    }

    private PushClient pusher(String url, Credentials credentials) {
        return new PushClient(connect(url, credentials), wait -> {});
    }

    private static UploadSource layer() {
        return new UploadSource() {
            @Override
            public Digest digest() {
                return LAYER.digest();
            }

            @Override
            public long sizeBytes() {
                return LAYER.bytes().length;
            }

            @Override
            public InputStream openAt(long offset) {
                return new ByteArrayInputStream(LAYER.bytes(), (int) offset, LAYER.bytes().length - (int) offset);
            }
        };
    }

    private CallResponse call(String method, String url, String... headers) throws IOException {
        Headers sent = Headers.none();
        for (int i = 0; i < headers.length; i += 2) {
            sent = sent.with(headers[i], headers[i + 1]);
        }
        return client.http().call(CallRequest.of(method, URI.create(url), sent));
    }

    private String text(String url) throws IOException {
        try (CallResponse answer = call("GET", url)) {
            assertEquals(200, answer.status());
            return new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void anImagePulledThroughTwoNodesCrossesEachLinkOnce() throws IOException {
        ManifestContent image = catalog.image(REPOSITORY, "v1", LAYER.bytes());
        String region = node("region", catalogUrl());
        String edge = node("edge", region);
        DistributionClient reader = new DistributionClient(connect(edge, Credentials.NONE));
        for (int i = 0; i < 3; i++) {
            assertEquals(
                    image.digest(),
                    reader.manifest(REPOSITORY, new Tag("v1")).orElseThrow().digest());
            assertArrayEquals(LAYER.bytes(), read(reader));
        }
        assertEquals(1, catalog.count("GET", "/blobs/"));
        long wan = (long) LAYER.bytes().length + image.raw().length;
        awaitMetric(edge, "mangrove_wan_bytes_total{direction=\"in\"} " + wan);
        awaitMetric(edge, "mangrove_blob_response_bytes_total{source=\"catalog\"} " + wan);
        assertEquals("ok\n", text(edge + "/healthz"));
        assertEquals("ready\n", text(edge + "/readyz"));
    }

    /** An answer is counted just after its last byte. */
    private void awaitMetric(String node, String line) {
        Eventually.holds(line, () -> {
            try {
                return text(node + "/metrics").lines().anyMatch(line::equals);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static byte[] read(DistributionClient reader) throws IOException {
        try (RemoteBlob blob = reader.open(REPOSITORY, LAYER.digest(), Optional.empty(), OptionalLong.empty())
                .orElseThrow()) {
            byte[] all = new byte[LAYER.bytes().length];
            int at = 0;
            for (int n = blob.read(all, 0, all.length); n > 0; n = blob.read(all, at, all.length - at)) {
                at += n;
            }
            assertEquals(all.length, at);
            return all;
        }
    }

    @Test
    void aPushThroughTwoNodesReachesTheCatalogAndCanBePulledAtOnce() throws IOException {
        String edge = node("edge", node("region", catalogUrl()));
        DistributionClient reader = new DistributionClient(connect(edge, Credentials.NONE));
        assertTrue(reader.manifest(REPOSITORY, new Tag("v1")).isEmpty());
        PushClient pusher = pusher(edge, Credentials.NONE);
        assertEquals(PushOutcome.UPLOADED, pusher.pushBlob(REPOSITORY, layer(), Optional.empty(), UploadProgress.NONE));
        ManifestContent image = catalog.image(Location.parse("acme/copy"), "x", LAYER.bytes());
        pusher.pushManifest(REPOSITORY, image, List.of(new Tag("v1")));
        assertEquals(
                image.digest(),
                reader.manifest(REPOSITORY, new Tag("v1")).orElseThrow().digest());
        assertArrayEquals(LAYER.bytes(), read(reader));
        assertEquals(
                PushOutcome.ALREADY_THERE, pusher.pushBlob(REPOSITORY, layer(), Optional.empty(), UploadProgress.NONE));
        assertTrue(pusher.deleteManifest(REPOSITORY, new Tag("v1")));
        assertTrue(reader.manifest(REPOSITORY, new Tag("v1")).isEmpty());
    }

    @Test
    void theAddressOfAnUploadIsOnTheNodeThatWasAsked() throws IOException {
        String edge = node("edge", node("region", catalogUrl()));
        try (CallResponse opened = call("POST", edge + "/v2/acme/detector/blobs/uploads/")) {
            assertEquals(202, opened.status());
            String location = opened.headers().first("Location").orElseThrow();
            assertTrue(location.startsWith("/v2/acme/detector/blobs/uploads/"), location);
            try (CallResponse asked = call("GET", edge + location)) {
                assertEquals(204, asked.status());
            }
        }
    }

    @Test
    void aPushToAForeignNameIsRefusedWithAReason() throws IOException {
        String edge = node("edge", catalogUrl());
        for (String path : List.of(
                "/v2/docker.io/library/alpine/blobs/uploads/", "/v2/library/alpine/blobs/uploads/?ns=docker.io")) {
            try (CallResponse refused = call("POST", edge + path)) {
                assertEquals(403, refused.status());
                String body = new String(refused.body().readAllBytes(), StandardCharsets.UTF_8);
                assertTrue(body.contains("DENIED") && body.contains("another registry"), body);
            }
        }
        assertTrue(catalog.requests().stream().noneMatch(r -> r.method().equals("POST")));
    }

    @Test
    void aPushGoesToTheNextParentWhileTheFirstIsAway() throws IOException {
        FakeUpstream dead = client.upstream();
        String deadUrl = dead.url().toString();
        dead.close();
        String edge = node("edge", deadUrl, catalogUrl());
        assertEquals(
                PushOutcome.UPLOADED,
                pusher(edge, Credentials.NONE).pushBlob(REPOSITORY, layer(), Optional.empty(), UploadProgress.NONE));
    }

    @Test
    void aPushWhileEveryParentIsAwaySaysSo() throws IOException {
        String edge = node("edge", catalogUrl());
        catalog.close();
        try (CallResponse refused = call("POST", edge + "/v2/acme/detector/blobs/uploads/")) {
            assertEquals(503, refused.status());
        }
    }

    /** A catalog that lets only those push who show its token, and gives the token to those who log in. */
    private void demandLogin() {
        String realm = catalogUrl() + "/token";
        catalog.fault((exchange, registry) -> {
            RequestHead head = exchange.request();
            Optional<String> shown = head.headers().first("Authorization");
            if (head.rawPath().equals("/token")) {
                boolean known = shown.equals(Optional.of(LOGIN.basic()));
                exchange.respond(
                        known
                                ? Response.text(200, "application/json", "{\"token\":\"t0ken\"}")
                                : Response.empty(401, Headers.none()));
                return true;
            }
            boolean ping = head.rawPath().equals("/v2/");
            boolean push = head.rawPath().contains("/uploads") || head.method().equals("PUT");
            if ((ping || push) && !shown.equals(Optional.of("Bearer t0ken"))) {
                Headers challenge = Headers.of(
                        "WWW-Authenticate",
                        "Bearer realm=\"" + realm
                                + "\",service=\"mangrove\",scope=\"repository:acme/detector:pull,push\"");
                exchange.respond(Response.empty(401, challenge));
                return true;
            }
            return false;
        });
    }

    @Test
    void whoPushesLogsInThroughTheNodeAndTheNodeHasNoRightsOfItsOwn() throws IOException {
        demandLogin();
        String region = node("region", catalogUrl());
        String edge = node("edge", region);
        assertThrows(ContentException.Refused.class, () -> pusher(edge, Credentials.NONE)
                .pushBlob(REPOSITORY, layer(), Optional.empty(), UploadProgress.NONE));
        Credentials login = Credentials.only(RegistryUrl.parse(edge).origin(), LOGIN);
        assertEquals(
                PushOutcome.UPLOADED,
                pusher(edge, login).pushBlob(REPOSITORY, layer(), Optional.empty(), UploadProgress.NONE));
        try (CallResponse ping = call("GET", edge + "/v2/")) {
            assertEquals(401, ping.status(), "docker logs in only if the ping says so");
            String challenge = ping.headers().first("WWW-Authenticate").orElseThrow();
            assertTrue(challenge.contains("realm=\"" + edge + "/token\""), challenge);
        }
    }

    @Test
    void readingNeedsNoLoginEvenWithOneThatNobodyCanCheck() throws IOException {
        demandLogin();
        catalog.image(REPOSITORY, "v1", LAYER.bytes());
        String edge = node("edge", catalogUrl());
        String url = edge + "/v2/acme/detector/manifests/v1";
        try (CallResponse pulled = call("GET", url, "Authorization", "Bearer whatever")) {
            assertEquals(200, pulled.status());
        }
        assertTrue(
                catalog.requests().stream()
                        .filter(r -> r.rawPath().contains("/manifests/"))
                        .noneMatch(r -> r.headers().first("Authorization").isPresent()),
                "a reader's credentials stay here");
        catalog.close();
        assertTrue(text(edge + "/token?service=mangrove&scope=repository:acme/detector:pull")
                .contains("token"));
    }

    @Test
    void aNodeThatIsItsOwnParentFindsOut() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String self = node("ouroboros", port, "http://127.0.0.1:" + port);
        try (CallResponse looped = call("GET", self + "/v2/acme/detector/manifests/v1")) {
            assertEquals(508, looped.status());
        }
        try (CallResponse looped = call("POST", self + "/v2/acme/detector/blobs/uploads/")) {
            assertEquals(508, looped.status());
        }
    }

    @Test
    void aNodeStartsAndServesWithEveryParentAway() throws IOException {
        catalog.image(REPOSITORY, "v1", LAYER.bytes());
        String url = catalogUrl();
        String edge = node("edge", url);
        read(new DistributionClient(connect(edge, Credentials.NONE)));
        nodes.pop().close();
        catalog.close();
        String again = node("edge", url);
        DistributionClient reader = new DistributionClient(connect(again, Credentials.NONE));
        assertArrayEquals(LAYER.bytes(), read(reader));
        assertFalse(text(again + "/metrics").isEmpty());
    }
}
