package dev.mangrove.distribution.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.Caller;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.TestContent;
import dev.mangrove.http.Body;
import dev.mangrove.http.Headers;
import dev.mangrove.http.Response;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.MediaType;
import dev.mangrove.oci.Pinned;
import dev.mangrove.oci.Tag;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is read from a registry, and what is not believed. */
class DistributionClientTest {
    private static final Location REPOSITORY = Location.parse("acme/detector");
    private static final TestContent LAYER = TestContent.random(1, 300_000);

    private final ClientFixture fixture = new ClientFixture();
    private FakeUpstream upstream;
    private DistributionClient client;

    @BeforeEach
    void start() throws IOException {
        upstream = fixture.upstream();
        client = fixture.client(upstream);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private static byte[] read(RemoteBlob blob) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int n = blob.read(buffer, 0, buffer.length); n >= 0; n = blob.read(buffer, 0, buffer.length)) {
            all.write(buffer, 0, n);
        }
        return all.toByteArray();
    }

    private Optional<RemoteBlob> open(ByteRange range) throws IOException {
        return client.open(REPOSITORY, LAYER.digest(), Optional.of(range), OptionalLong.of(LAYER.bytes().length));
    }

    @Test
    void aManifestIsFoundByTagAndByDigest() throws IOException {
        ManifestContent image = upstream.image(REPOSITORY, "v1", LAYER.bytes());
        assertEquals(
                image.digest(),
                client.head(REPOSITORY, new Tag("v1")).orElseThrow().digest());
        ManifestContent byTag = client.manifest(REPOSITORY, new Tag("v1")).orElseThrow();
        ManifestContent byDigest =
                client.manifest(REPOSITORY, new Pinned(image.digest())).orElseThrow();
        assertArrayEquals(image.raw(), byTag.raw());
        assertArrayEquals(image.raw(), byDigest.raw());
        assertEquals(MediaType.OCI_MANIFEST, byDigest.mediaType());
        assertTrue(client.manifest(REPOSITORY, new Tag("v2")).isEmpty());
    }

    @Test
    void aManifestOfOtherBytesThanAskedForIsRefused() throws IOException {
        ManifestContent image = upstream.image(REPOSITORY, "v1", LAYER.bytes());
        ManifestContent other = upstream.image(REPOSITORY, "v2", LAYER.bytes());
        upstream.fault((exchange, registry) -> {
            exchange.respond(new Response(
                    200, Headers.of("Content-Type", MediaType.OCI_MANIFEST.value()), new Body.Bytes(other.raw())));
            return true;
        });
        assertThrows(ContentException.Corrupt.class, () -> client.manifest(REPOSITORY, new Pinned(image.digest())));
    }

    @Test
    void aManifestOverFourMebibytesIsRefused() throws IOException {
        upstream.fault((exchange, registry) -> {
            exchange.respond(Response.text(200, "application/json", " ".repeat(ManifestContent.MAX_BYTES + 1)));
            return true;
        });
        ContentException.Unavailable refused =
                assertThrows(ContentException.Unavailable.class, () -> client.manifest(REPOSITORY, new Tag("v1")));
        assertTrue(refused.getMessage().contains("longer than"), refused.getMessage());
    }

    @Test
    void whatARegistryCallsTextIsTakenForWhatTheManifestSaysItIs() throws IOException {
        ManifestContent image = upstream.image(REPOSITORY, "v1", LAYER.bytes());
        upstream.fault((exchange, registry) -> {
            exchange.respond(new Response(200, Headers.of("Content-Type", "text/plain"), new Body.Bytes(image.raw())));
            return true;
        });
        assertEquals(
                MediaType.OCI_MANIFEST,
                client.manifest(REPOSITORY, new Tag("v1")).orElseThrow().mediaType());
    }

    @Test
    void aHeadWithoutADigestIsReplacedByAGet() throws IOException {
        ManifestContent image = upstream.image(REPOSITORY, "v1", LAYER.bytes());
        upstream.fault((exchange, registry) -> {
            boolean head = exchange.request().method().equals("HEAD");
            if (head) {
                exchange.respond(Response.empty(200, Headers.none()));
            }
            return head;
        });
        assertEquals(
                image.digest(),
                client.head(REPOSITORY, new Tag("v1")).orElseThrow().digest());
    }

    @Test
    void aBlobComesWholeAndInParts() throws IOException {
        upstream.registry().put(REPOSITORY, LAYER.bytes());
        assertEquals(
                LAYER.bytes().length,
                client.stat(REPOSITORY, LAYER.digest()).orElseThrow().sizeBytes());
        try (RemoteBlob whole = client.open(REPOSITORY, LAYER.digest(), Optional.empty(), OptionalLong.empty())
                .orElseThrow()) {
            assertArrayEquals(LAYER.bytes(), read(whole));
        }
        try (RemoteBlob part = open(new ByteRange(100, 1000)).orElseThrow()) {
            assertEquals(new ByteRange(100, 1000), part.range());
            assertArrayEquals(java.util.Arrays.copyOfRange(LAYER.bytes(), 100, 1100), read(part));
        }
        Digest absent = TestContent.random(2, 10).digest();
        assertTrue(client.stat(REPOSITORY, absent).isEmpty());
        assertTrue(client.open(REPOSITORY, absent, Optional.empty(), OptionalLong.empty())
                .isEmpty());
    }

    @Test
    void anotherRangeThanAskedForIsRefused() throws IOException {
        upstream.fault((exchange, registry) -> {
            Headers lie = Headers.of("Content-Range", "bytes 0-999/" + LAYER.bytes().length);
            exchange.respond(new Response(206, lie, new Body.Bytes(new byte[1000])));
            return true;
        });
        assertThrows(ContentException.Corrupt.class, () -> open(new ByteRange(100, 1000)));
    }

    @Test
    void aPartOfAnotherLengthThanItsRangeIsRefused() throws IOException {
        upstream.fault((exchange, registry) -> {
            Headers told = Headers.of("Content-Range", "bytes 100-1099/" + LAYER.bytes().length);
            exchange.respond(new Response(206, told, new Body.Bytes(new byte[999])));
            return true;
        });
        assertThrows(ContentException.Corrupt.class, () -> open(new ByteRange(100, 1000)));
    }

    @Test
    void aBlobOfAnotherSizeThanTheManifestToldIsRefused() throws IOException {
        upstream.registry().put(REPOSITORY, LAYER.bytes());
        assertThrows(
                ContentException.Corrupt.class,
                () -> client.open(REPOSITORY, LAYER.digest(), Optional.empty(), OptionalLong.of(5)));
    }

    @Test
    void aRegistryWithoutRangesSendsTheWhole() throws IOException {
        upstream.fault((exchange, registry) -> {
            exchange.respond(new Response(200, Headers.none(), new Body.Bytes(LAYER.bytes())));
            return true;
        });
        try (RemoteBlob blob = open(new ByteRange(100, 1000)).orElseThrow()) {
            assertEquals(ByteRange.whole(LAYER.bytes().length), blob.range());
            assertArrayEquals(LAYER.bytes(), read(blob));
        }
    }

    @Test
    void aCutAnswerEndsWithAnErrorAndSaysWhereToGoOn() throws IOException {
        upstream.fault((exchange, registry) -> {
            exchange.respond(FakeUpstream.cutAfter(Response.empty(200, Headers.none()), LAYER.bytes(), 70_000));
            return true;
        });
        try (RemoteBlob blob = client.open(REPOSITORY, LAYER.digest(), Optional.empty(), OptionalLong.empty())
                .orElseThrow()) {
            assertThrows(IOException.class, () -> read(blob));
            assertTrue(blob.position() <= 70_000, "position " + blob.position());
        }
    }

    @Test
    void aSizeThatNoHeadTellsIsReadFromARange() throws IOException {
        upstream.registry().put(REPOSITORY, LAYER.bytes());
        upstream.fault((exchange, registry) -> {
            boolean head = exchange.request().method().equals("HEAD");
            if (head) {
                exchange.respond(Response.empty(405, Headers.none()));
            }
            return head;
        });
        assertEquals(
                LAYER.bytes().length,
                client.stat(REPOSITORY, LAYER.digest()).orElseThrow().sizeBytes());
    }

    @Test
    void tagsComeFromAllPages() throws IOException {
        for (int i = 0; i < 5; i++) {
            upstream.image(REPOSITORY, "v" + i, LAYER.bytes());
        }
        upstream.fault((exchange, registry) -> {
            boolean first = exchange.request().query("last").isEmpty();
            if (first) {
                Headers next = Headers.of("Link", "</v2/acme/detector/tags/list?n=9&last=v1>; rel=\"next\"")
                        .with("Content-Type", "application/json");
                exchange.respond(new Response(
                        200, next, new Body.Bytes("{\"tags\":[\"v0\",\"v1\"]}".getBytes(StandardCharsets.UTF_8))));
            }
            return first;
        });
        List<Tag> tags = client.tags(REPOSITORY, Optional.empty(), 100).orElseThrow();
        assertEquals(
                List.of("v0", "v1", "v2", "v3", "v4"),
                tags.stream().map(Tag::value).toList());
        assertTrue(
                client.tags(Location.parse("acme/other"), Optional.of("x"), 10).isEmpty());
    }

    @Test
    void aNextPageOnAnotherServerIsNotFollowed() throws IOException {
        upstream.fault((exchange, registry) -> {
            Headers next = Headers.of("Link", "<http://localhost:1/v2/acme/detector/tags/list>; rel=\"next\"")
                    .with("Content-Type", "application/json");
            exchange.respond(
                    new Response(200, next, new Body.Bytes("{\"tags\":[\"v0\"]}".getBytes(StandardCharsets.UTF_8))));
            return true;
        });
        assertEquals(
                List.of(new Tag("v0")),
                client.tags(REPOSITORY, Optional.empty(), 100).orElseThrow());
    }

    @Test
    void referrersComeFromTheApi() throws IOException {
        ManifestContent image = upstream.image(REPOSITORY, "v1", LAYER.bytes());
        ManifestContent signature = attached(image);
        upstream.registry().putManifest(REPOSITORY, signature, List.of(), Caller.ANONYMOUS);
        List<Descriptor> found = client.referrers(REPOSITORY, image.digest());
        assertEquals(
                List.of(signature.digest()),
                found.stream().map(Descriptor::digest).toList());
        assertTrue(client.referrers(Location.parse("acme/none"), image.digest()).isEmpty());
    }

    @Test
    void referrersComeFromTheTagThatStandsInWhereTheApiIsNotKnown() throws IOException {
        ManifestContent image = upstream.image(REPOSITORY, "v1", LAYER.bytes());
        ManifestContent signature = attached(image);
        byte[] list = """
                {"schemaVersion":2,"mediaType":"%s","manifests":[{"mediaType":"%s","digest":"%s","size":%d}]}""".formatted(
                        MediaType.OCI_INDEX, MediaType.OCI_MANIFEST, signature.digest(), signature.raw().length)
                .getBytes(StandardCharsets.UTF_8);
        Tag fallback = new Tag("sha256-" + image.digest().hex());
        upstream.registry()
                .putManifest(
                        REPOSITORY,
                        ManifestContent.parse(list, MediaType.OCI_INDEX, Algorithm.SHA256),
                        List.of(fallback),
                        Caller.ANONYMOUS);
        upstream.fault((exchange, registry) -> {
            boolean api = exchange.request().rawPath().contains("/referrers/");
            if (api) {
                exchange.respond(Response.text(404, "text/plain", "404 page not found"));
            }
            return api;
        });
        List<Descriptor> found = client.referrers(REPOSITORY, image.digest());
        assertEquals(
                List.of(signature.digest()),
                found.stream().map(Descriptor::digest).toList());
    }

    @Test
    void referrersThatAreTooMuchInAllTheirPagesAreRefused() throws IOException {
        ManifestContent image = upstream.image(REPOSITORY, "v1", LAYER.bytes());
        AtomicInteger pages = new AtomicInteger();
        upstream.fault((exchange, registry) -> {
            boolean api = exchange.request().rawPath().contains("/referrers/");
            if (api) {
                exchange.respond(new Response(
                        200,
                        Headers.of("Content-Type", MediaType.OCI_INDEX.value())
                                .with(
                                        "Link",
                                        "<" + exchange.request().rawPath() + "?page=" + pages.incrementAndGet()
                                                + ">; rel=\"next\""),
                        new Body.Bytes(emptyListOf(1 << 20))));
            }
            return api;
        });
        assertThrows(ContentException.Unavailable.class, () -> client.referrers(REPOSITORY, image.digest()));
        assertEquals(4, pages.get(), 1, "4 MiB and no more");
    }

    /** A list of nothing that takes some bytes. */
    private static byte[] emptyListOf(int bytes) {
        String list = "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[]}";
        return (list + " ".repeat(bytes - list.length())).getBytes(StandardCharsets.UTF_8);
    }

    private static ManifestContent attached(ManifestContent subject) {
        byte[] raw = """
                {"schemaVersion":2,"mediaType":"%s","artifactType":"application/vnd.example.signature",\
                "config":{"mediaType":"%s","digest":"%s","size":2},"layers":[],\
                "subject":{"mediaType":"%s","digest":"%s","size":%d}}""".formatted(
                        MediaType.OCI_MANIFEST,
                        MediaType.OCI_EMPTY,
                        TestContent.of("{}".getBytes(StandardCharsets.UTF_8)).digest(),
                        MediaType.OCI_MANIFEST,
                        subject.digest(),
                        subject.raw().length)
                .getBytes(StandardCharsets.UTF_8);
        return ManifestContent.parse(raw, MediaType.OCI_MANIFEST, Algorithm.SHA256);
    }

    @Test
    void everyRequestCarriesOurNameAndAsksForPlainBytes() throws IOException {
        client.stat(REPOSITORY, LAYER.digest());
        Headers sent = upstream.requests().getFirst().headers();
        assertEquals("1.1 test-node", sent.first("Via").orElseThrow());
        assertEquals("identity", sent.first("Accept-Encoding").orElseThrow());
    }

    @Test
    void aBusyRegistryIsAskedAgainWhenItSaid() throws IOException {
        upstream.registry().put(REPOSITORY, LAYER.bytes());
        upstream.fault(new FakeUpstream.Fault() {
            private int left = 2;

            @Override
            public boolean answer(dev.mangrove.http.HttpExchange exchange, dev.mangrove.http.HttpHandler registry)
                    throws IOException {
                if (left-- > 0) {
                    exchange.respond(Response.empty(429, Headers.of("Retry-After", "2")));
                    return true;
                }
                return false;
            }
        });
        assertTrue(client.stat(REPOSITORY, LAYER.digest()).isPresent());
        assertEquals(2, fixture.pauses().size());
        for (Duration pause : fixture.pauses()) {
            assertTrue(pause.compareTo(Duration.ofSeconds(2)) > 0, "waited only " + pause);
        }
    }

    @Test
    void aWaitThatIsTooLongToSitThroughIsPassedOn() throws IOException {
        upstream.fault((exchange, registry) -> {
            exchange.respond(Response.empty(429, Headers.of("Retry-After", "600")));
            return true;
        });
        ContentException.Unavailable busy =
                assertThrows(ContentException.Unavailable.class, () -> client.stat(REPOSITORY, LAYER.digest()));
        assertEquals(Optional.of(Duration.ofMinutes(10)), busy.retryAfter());
        assertTrue(fixture.pauses().isEmpty());
    }

    @Test
    void aDeadRegistryIsLeftAloneForAWhileAndThenTriedAgain() throws IOException {
        upstream.registry().put(REPOSITORY, LAYER.bytes());
        upstream.fault((exchange, registry) -> {
            throw new IOException("cut by the test");
        });
        FakeUpstream dead = fixture.upstream();
        DistributionClient cutOff = fixture.client(dead);
        dead.close();
        for (int i = 0; i < 2; i++) {
            assertThrows(ContentException.Unavailable.class, () -> cutOff.stat(REPOSITORY, LAYER.digest()));
        }
        ContentException.Unavailable atOnce =
                assertThrows(ContentException.Unavailable.class, () -> cutOff.stat(REPOSITORY, LAYER.digest()));
        assertTrue(atOnce.getMessage().contains("not asked again right now"), atOnce.getMessage());
        fixture.clock().pass(Duration.ofSeconds(2));
        ContentException.Unavailable asked =
                assertThrows(ContentException.Unavailable.class, () -> cutOff.stat(REPOSITORY, LAYER.digest()));
        assertTrue(asked.getMessage().startsWith("cannot reach http://127.0.0.1:"), asked.getMessage());
        assertTrue(asked.getMessage().contains(": Connection refused"), asked.getMessage());
    }
}
