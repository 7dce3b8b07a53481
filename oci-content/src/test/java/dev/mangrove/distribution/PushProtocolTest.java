package dev.mangrove.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.Caller;
import dev.mangrove.http.Headers;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is pushed: uploads in every form, mounts, manifests, deletes. */
class PushProtocolTest {
    private static final String UPLOADS = "/v2/acme/detector/blobs/uploads/";
    private static final String EMPTY_CONFIG = "{\"mediaType\":\"application/vnd.oci.empty.v1+json\",\"size\":2,"
            + "\"digest\":\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\"}";
    private final MemoryRegistry registry = new MemoryRegistry();
    private final DistributionServer server = new DistributionServer(
            registry, Optional.of(registry), Access.always(new OnlyAcme()), Naming.homeOnly(Set.of()), "node");
    private final byte[] blob = "some weights".getBytes(StandardCharsets.UTF_8);

    /** Everything below acme, nothing elsewhere. */
    private record OnlyAcme() implements Grant {
        @Override
        public Caller caller() {
            return new Caller.User("ci");
        }

        @Override
        public boolean allows(Location repository, Access.Action action) {
            return repository.repository().namespace().equals("acme");
        }

        @Override
        public boolean loginHelps() {
            return false;
        }
    }

    private FakeExchange send(String method, String target, byte[] body, String... headers) throws IOException {
        Headers sent = Headers.none();
        for (int i = 0; i < headers.length; i += 2) {
            sent = sent.with(headers[i], headers[i + 1]);
        }
        FakeExchange exchange = FakeExchange.of(method, target, sent, body);
        server.handle(exchange);
        return exchange;
    }

    private String open() throws IOException {
        FakeExchange opened = send("POST", UPLOADS, new byte[0]);
        assertEquals(202, opened.status());
        assertEquals("0-0", opened.header("Range").orElseThrow());
        return opened.header("Location").orElseThrow();
    }

    private void assertPulled(Digest digest, FakeExchange created) throws IOException {
        assertEquals(201, created.status(), created.text());
        assertEquals(digest.toString(), created.header("Docker-Content-Digest").orElseThrow());
        assertArrayEquals(
                blob,
                send("GET", created.header("Location").orElseThrow(), new byte[0])
                        .sent());
        assertEquals(0, registry.openUploads());
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void aBlobIsPushedInOneRequest(Algorithm algorithm) throws IOException {
        Digest digest = Digest.ofBytes(algorithm, blob);
        assertPulled(digest, send("POST", UPLOADS + "?digest=" + digest, blob));
    }

    @Test
    void aBlobIsPushedByPostAndPut() throws IOException {
        Digest digest = Digest.ofBytes(Algorithm.SHA256, blob);
        assertPulled(digest, send("PUT", open() + "?digest=" + digest, blob));
    }

    @Test
    void aBlobIsPushedInChunksAndTheLastOneWithThePut() throws IOException {
        Digest digest = Digest.ofBytes(Algorithm.SHA512, blob);
        String session = open();
        FakeExchange first = send("PATCH", session, "some ".getBytes(StandardCharsets.UTF_8), "Content-Range", "0-4");
        assertEquals(202, first.status());
        assertEquals("0-4", first.header("Range").orElseThrow());
        FakeExchange state = send("GET", session, new byte[0]);
        assertEquals(204, state.status());
        assertEquals("0-4", state.header("Range").orElseThrow());
        byte[] rest = "weights".getBytes(StandardCharsets.UTF_8);
        assertPulled(digest, send("PUT", session + "?digest=" + digest, rest, "Content-Range", "5-11"));
    }

    @Test
    void aStreamedPatchNeedsNoLength() throws IOException {
        String session = open();
        FakeExchange patch = FakeExchange.streamed(
                "PATCH", session, Headers.of("Transfer-Encoding", "chunked"), new ByteArrayInputStream(blob));
        server.handle(patch);
        assertEquals(202, patch.status());
        assertEquals("0-11", patch.header("Range").orElseThrow());
    }

    @Test
    void aStreamedChunkMustBeAsLongAsItsRangeSays() throws IOException {
        Digest digest = Digest.ofBytes(Algorithm.SHA256, blob);
        String session = open();
        FakeExchange tooLong = streamedChunk("PATCH", session, "0-4", blob);
        assertEquals(400, tooLong.status());
        assertTrue(tooLong.text().contains("SIZE_INVALID"), tooLong.text());
        assertEquals("0-4", tooLong.header("Range").orElseThrow());
        FakeExchange tooShort = streamedChunk("PATCH", session, "5-99", slice(5, 8));
        assertEquals(400, tooShort.status());
        assertEquals("0-7", tooShort.header("Range").orElseThrow());
        FakeExchange right = streamedChunk("PATCH", session, "8-9", slice(8, 10));
        assertEquals(202, right.status(), right.text());
        FakeExchange last = streamedChunk("PUT", session + "?digest=" + digest, "10-99", slice(10, 12));
        assertEquals(400, last.status(), "not finished with a chunk that was cut");
        assertPulled(digest, send("PUT", session + "?digest=" + digest, new byte[0]));
    }

    private FakeExchange streamedChunk(String method, String target, String range, byte[] bytes) throws IOException {
        FakeExchange exchange = FakeExchange.streamed(
                method,
                target,
                Headers.of("Transfer-Encoding", "chunked").with("Content-Range", range),
                new ByteArrayInputStream(bytes));
        server.handle(exchange);
        return exchange;
    }

    private byte[] slice(int from, int to) {
        return java.util.Arrays.copyOfRange(blob, from, to);
    }

    @Test
    void aManifestWhoseContentTypeIsNotItsOwnTypeIsRefused() throws IOException {
        String index = "application/vnd.oci.image.index.v1+json";
        byte[] raw = ("{\"schemaVersion\":2,\"mediaType\":\"" + index + "\",\"manifests\":[]}")
                .getBytes(StandardCharsets.UTF_8);
        String target = "/v2/acme/detector/manifests/v1";
        FakeExchange other = send("PUT", target, raw, "Content-Type", "application/vnd.oci.image.manifest.v1+json");
        assertEquals(400, other.status());
        assertTrue(other.text().contains("MANIFEST_INVALID"), other.text());
        assertEquals(404, send("GET", target, new byte[0]).status());
        assertEquals(
                201,
                send("PUT", target, raw, "Content-Type", index + "; charset=utf-8")
                        .status());
        assertEquals(201, send("PUT", target, raw).status());
        assertEquals(
                index, send("GET", target, new byte[0]).header("Content-Type").orElseThrow(), "its own type");
    }

    @Test
    void aLongListOfReferrersComesInPagesWithALink() throws IOException {
        String subject = "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"size\":2,\"digest\":\""
                + Digest.ofBytes(Algorithm.SHA256, blob) + "\"}";
        int attached = 5;
        for (int i = 0; i < attached; i++) {
            String note = Integer.toString(i).repeat(1_500_000);
            byte[] raw = ("{\"schemaVersion\":2,\"config\":" + EMPTY_CONFIG + ",\"layers\":[],\"subject\":" + subject
                            + ",\"artifactType\":\"a/b\",\"annotations\":{\"note\":\"" + note + "\"}}")
                    .getBytes(StandardCharsets.UTF_8);
            assertEquals(
                    201, send("PUT", "/v2/acme/detector/manifests/t" + i, raw).status());
        }
        Set<String> seen = new java.util.TreeSet<>();
        String next = "/v2/acme/detector/referrers/" + Digest.ofBytes(Algorithm.SHA256, blob) + "?artifactType=a%2Fb";
        int pages = 0;
        while (!next.isEmpty()) {
            FakeExchange page = send("GET", next, new byte[0]);
            assertTrue(page.sent().length <= 4 << 20, "page of " + page.sent().length);
            java.util.regex.Matcher digests =
                    java.util.regex.Pattern.compile("\"digest\":\"([^\"]+)\"").matcher(page.text());
            while (digests.find()) {
                assertTrue(seen.add(digests.group(1)), "twice: " + digests.group(1));
            }
            next = page.header("Link")
                    .map(link -> link.substring(1, link.indexOf('>')))
                    .orElse("");
            pages++;
        }
        assertEquals(attached, seen.size());
        assertEquals(3, pages);
    }

    @Test
    void aChunkAtTheWrongOffsetIsA416WithTheStateAndChangesNothing() throws IOException {
        String session = open();
        FakeExchange early = send("PATCH", session, blob, "Content-Range", "5-16");
        assertEquals(416, early.status());
        assertEquals("0-0", early.header("Range").orElseThrow());
        assertEquals(session, early.header("Location").orElseThrow());
        assertEquals("0-0", send("GET", session, new byte[0]).header("Range").orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "5-2", "-5", "0-99999999999999999999", "0-4"})
    void aContentRangeThatIsNoneOrDisagreesWithTheLengthIsA400(String range) throws IOException {
        assertEquals(400, send("PATCH", open(), blob, "Content-Range", range).status());
    }

    @Test
    void bytesOfAnotherDigestAreRefusedAndLeaveNothingBehind() throws IOException {
        Digest other = Digest.ofBytes(Algorithm.SHA256, new byte[] {1});
        FakeExchange wrong = send("PUT", open() + "?digest=" + other, blob);
        assertEquals(400, wrong.status());
        assertTrue(wrong.text().contains("DIGEST_INVALID"));
        assertEquals(400, send("POST", UPLOADS + "?digest=" + other, blob).status());
        assertEquals(0, registry.openUploads());
        assertEquals(
                404,
                send("HEAD", "/v2/acme/detector/blobs/" + other, new byte[0]).status());
    }

    @Test
    void anUploadIsCancelled() throws IOException {
        String session = open();
        assertEquals(204, send("DELETE", session, new byte[0]).status());
        assertEquals(404, send("DELETE", session, new byte[0]).status());
        assertEquals(404, send("PATCH", session, blob).status());
    }

    @Test
    void aMountOfWhatMayBePulledIsA201AndOfAnythingElseASession() throws IOException {
        Digest visible = registry.put(Location.parse("acme/base"), blob);
        Digest hidden = registry.put(Location.parse("secret/base"), new byte[] {7});
        String mount = UPLOADS + "?mount=";
        assertEquals(
                201,
                send("POST", mount + visible + "&from=acme/base", new byte[0]).status());
        assertEquals(201, send("POST", mount + visible, new byte[0]).status());
        assertEquals(
                202,
                send("POST", mount + hidden + "&from=secret/base", new byte[0]).status());
        assertEquals(202, send("POST", mount + hidden, new byte[0]).status());
        assertEquals(
                202,
                send("POST", mount + visible + "&from=NO/such", new byte[0]).status());
    }

    @Test
    void aManifestKeepsItsBytesAndTypeAndTellsItsSubject() throws IOException {
        String manifest =
                "{ \"schemaVersion\":2,\"config\":" + EMPTY_CONFIG + ",\"layers\":[],\"subject\":" + EMPTY_CONFIG + "}";
        byte[] raw = manifest.getBytes(StandardCharsets.UTF_8);
        Digest digest = Digest.ofBytes(Algorithm.SHA512, raw);
        FakeExchange put = send(
                "PUT",
                "/v2/acme/detector/manifests/" + digest + "?tag=v1&tag=v2",
                raw,
                "Content-Type",
                "application/vnd.oci.image.manifest.v1+json");
        assertEquals(201, put.status(), put.text());
        assertEquals(List.of("v1", "v2"), put.headers().all("OCI-Tag"));
        assertTrue(put.header("OCI-Subject").orElseThrow().startsWith("sha256:44136fa"));
        FakeExchange got = send("GET", "/v2/acme/detector/manifests/v2", new byte[0]);
        assertEquals(manifest, got.text());
        assertEquals(
                "application/vnd.oci.image.manifest.v1+json",
                got.header("Content-Type").orElseThrow());
        FakeExchange tags = send("GET", "/v2/acme/detector/tags/list?n=1", new byte[0]);
        assertEquals("{\"name\":\"acme/detector\",\"tags\":[\"v1\"]}", tags.text());
        assertEquals(
                "</v2/acme/detector/tags/list?n=1&last=v1>; rel=\"next\"",
                tags.header("Link").orElseThrow());
        FakeExchange none = send("GET", "/v2/acme/detector/tags/list?n=0", new byte[0]);
        assertEquals("{\"name\":\"acme/detector\",\"tags\":[]}", none.text());
        assertFalse(none.header("Link").isPresent());
        assertFalse(send("GET", "/v2/acme/detector/tags/list?last=v1", new byte[0])
                .header("Link")
                .isPresent());
    }

    @Test
    void aManifestOfAnotherDigestOrOfNoMeaningIsRefused() throws IOException {
        Digest other = Digest.ofBytes(Algorithm.SHA256, blob);
        byte[] raw = ("{\"config\":" + EMPTY_CONFIG + "}").getBytes(StandardCharsets.UTF_8);
        assertCode(400, "DIGEST_INVALID", send("PUT", "/v2/acme/m/manifests/" + other, raw));
        for (String garbage :
                List.of("", "[]", "{\"config\":1}", "{\"a\":1,\"a\":2}", "{\"config\":" + EMPTY_CONFIG + "} x")) {
            assertCode(
                    400,
                    "MANIFEST_INVALID",
                    send("PUT", "/v2/acme/m/manifests/v1", garbage.getBytes(StandardCharsets.UTF_8)));
        }
        assertCode(400, "TAG_INVALID", send("PUT", "/v2/acme/m/manifests/.bad", raw));
        assertEquals(404, send("GET", "/v2/acme/m/manifests/v1", new byte[0]).status());
    }

    @Test
    void aManifestOverTheLimitIsA413WhateverItsLengthHeaderSays() throws IOException {
        byte[] huge = new byte[ManifestContent.MAX_BYTES + 1];
        assertCode(413, "SIZE_INVALID", send("PUT", "/v2/acme/m/manifests/v1", huge));
        FakeExchange streamed =
                FakeExchange.streamed("PUT", "/v2/acme/m/manifests/v1", Headers.none(), new ByteArrayInputStream(huge));
        server.handle(streamed);
        assertCode(413, "SIZE_INVALID", streamed);
    }

    @Test
    void tooManyTagsAtOnceAreA414() throws IOException {
        String tags = "?tag=x".repeat(101).replace("x?", "x&");
        Digest digest = Digest.ofBytes(Algorithm.SHA256, blob);
        assertCode(414, "TAG_INVALID", send("PUT", "/v2/acme/m/manifests/" + digest + tags, blob));
    }

    @Test
    void whatIsNotAllowedIsDenied() throws IOException {
        assertCode(403, "DENIED", send("POST", "/v2/secret/x/blobs/uploads/", new byte[0]));
        assertCode(403, "DENIED", send("GET", "/v2/secret/x/tags/list", new byte[0]));
    }

    @Test
    void deletingATagLeavesItsManifestAndDeletingTheManifestTakesItsTags() throws IOException {
        byte[] raw = ("{\"config\":" + EMPTY_CONFIG + "}").getBytes(StandardCharsets.UTF_8);
        Digest digest = Digest.ofBytes(Algorithm.SHA256, raw);
        send("PUT", "/v2/acme/m/manifests/v1", raw);
        send("PUT", "/v2/acme/m/manifests/v2", raw);
        assertEquals(202, send("DELETE", "/v2/acme/m/manifests/v1", new byte[0]).status());
        assertEquals(404, send("HEAD", "/v2/acme/m/manifests/v1", new byte[0]).status());
        assertEquals(
                200, send("HEAD", "/v2/acme/m/manifests/" + digest, new byte[0]).status());
        assertEquals(
                202,
                send("DELETE", "/v2/acme/m/manifests/" + digest, new byte[0]).status());
        assertEquals(404, send("HEAD", "/v2/acme/m/manifests/v2", new byte[0]).status());
        assertEquals(
                404,
                send("DELETE", "/v2/acme/m/manifests/" + digest, new byte[0]).status());
    }

    private static void assertCode(int status, String code, FakeExchange answer) {
        assertEquals(status, answer.status(), answer.text());
        assertTrue(answer.text().contains('"' + code + '"'), answer.text());
    }
}
