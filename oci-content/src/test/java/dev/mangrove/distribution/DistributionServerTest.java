package dev.mangrove.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.Caller;
import dev.mangrove.http.Headers;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is pulled, and how mistakes are answered. */
class DistributionServerTest {
    private static final String NODE = "catalog-7";
    private static final byte[] BLOB = "0123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private final MemoryRegistry registry = new MemoryRegistry();
    private final DistributionServer server = new DistributionServer(
            registry,
            Optional.of(registry),
            Access.always(Grant.everything(new Caller.User("ci"))),
            Naming.homeOnly(Set.of("models.example.com")),
            NODE);
    private final Digest digest = registry.put(Location.parse("acme/detector"), BLOB);
    private final String blobPath = "/v2/acme/detector/blobs/" + digest;

    private FakeExchange ask(String method, String target, String... headers) throws IOException {
        Headers sent = Headers.none();
        for (int i = 0; i < headers.length; i += 2) {
            sent = sent.with(headers[i], headers[i + 1]);
        }
        FakeExchange exchange = FakeExchange.of(method, target, sent, new byte[0]);
        server.handle(exchange);
        return exchange;
    }

    @Test
    void thePingSaysVersionTwo() throws IOException {
        FakeExchange pong = ask("GET", "/v2/");
        assertEquals(200, pong.status());
        assertEquals("{}", pong.text());
        assertEquals(
                "registry/2.0", pong.header("Docker-Distribution-API-Version").orElseThrow());
        assertEquals("application/json", pong.header("Content-Type").orElseThrow());
    }

    @Test
    void aBlobIsNamedAndLocatedForEveryClient() throws IOException {
        FakeExchange blob = ask("GET", blobPath);
        assertEquals(200, blob.status());
        assertArrayEquals(BLOB, blob.sent());
        assertEquals(digest.toString(), blob.header("Docker-Content-Digest").orElseThrow());
        assertEquals("bytes", blob.header("Accept-Ranges").orElseThrow());
        assertEquals('"' + digest.toString() + '"', blob.header("ETag").orElseThrow());
        assertEquals(blobPath, blob.header("Location").orElseThrow(), "Ollama reads ranges from there");
        assertEquals("local", blob.header("Mangrove-Source").orElseThrow());
    }

    @Test
    void aHeadOfABlobSaysItsLengthAndLeasesItForWhoeverMayPush() throws IOException {
        FakeExchange head = ask("HEAD", blobPath);
        assertEquals(10, head.lengthBytes());
        assertEquals(digest.toString(), head.header("Docker-Content-Digest").orElseThrow());
        assertEquals(java.util.List.of("acme/detector@" + digest), registry.leases());
    }

    @Test
    void aBlobIsVisibleOnlyThroughARepositoryThatHasIt() throws IOException {
        assertEquals(404, ask("GET", "/v2/acme/other/blobs/" + digest).status());
        assertEquals(404, ask("HEAD", "/v2/acme/other/blobs/" + digest).status());
    }

    @Test
    void aClientThatHasTheBytesGetsA304() throws IOException {
        FakeExchange same = ask("GET", blobPath, "If-None-Match", "\"other\", W/\"" + digest + "\"");
        assertEquals(304, same.status());
        assertEquals(
                404,
                ask("GET", "/v2/acme/other/blobs/" + digest, "If-None-Match", "*")
                        .status());
    }

    @ParameterizedTest
    @CsvSource({"bytes=2-4,234,bytes 2-4/10", "bytes=7-,789,bytes 7-9/10", "bytes=-2,89,bytes 8-9/10"})
    void oneRangeIsA206(String range, String expected, String contentRange) throws IOException {
        FakeExchange part = ask("GET", blobPath, "Range", range);
        assertEquals(206, part.status());
        assertEquals(expected, part.text());
        assertEquals(contentRange, part.header("Content-Range").orElseThrow());
    }

    @Test
    void severalRangesComeAsPartsInTheOrderAsked() throws IOException {
        FakeExchange parts = ask("GET", blobPath, "Range", "bytes=8-9,0-1");
        assertEquals(206, parts.status());
        String boundary = parts.header("Content-Type").orElseThrow().split("boundary=")[1];
        String expected = "\r\n--B\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes 8-9/10\r\n\r\n89"
                + "\r\n--B\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes 0-1/10\r\n\r\n01\r\n--B--\r\n";
        assertEquals(expected.replace("--B", "--" + boundary), parts.text());
    }

    @Test
    void aRangeBeyondTheEndIsA416WithTheSize() throws IOException {
        FakeExchange outside = ask("GET", blobPath, "Range", "bytes=10-");
        assertEquals(416, outside.status());
        assertEquals("bytes */10", outside.header("Content-Range").orElseThrow());
        assertTrue(outside.text().contains("RANGE_INVALID"));
        assertEquals(416, ask("GET", blobPath, "Range", "bytes=5-0").status());
    }

    @Test
    void aRangeOfOtherBytesIsAnsweredWithTheWhole() throws IOException {
        assertEquals(
                200,
                ask("GET", blobPath, "Range", "bytes=0-1", "If-Range", "\"other\"")
                        .status());
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/v2/UPPER/manifests/x,400,NAME_INVALID",
        "GET,/v2/a/../b/manifests/x,400,NAME_INVALID",
        "GET,/v2/%2e%2e/manifests/x,400,NAME_INVALID",
        "GET,/v2/a/manifests/sha256:abc,400,DIGEST_INVALID",
        "GET,/v2/a/manifests/.bad,404,MANIFEST_UNKNOWN",
        "GET,/v2/a/manifests/latest,404,MANIFEST_UNKNOWN",
        "GET,/v2/a/blobs/sha256:abc,400,DIGEST_INVALID",
        "GET,/v2/a/blobs/md5:d41d8cd98f00b204e9800998ecf8427e,400,DIGEST_INVALID",
        "GET,/v2/a/referrers/nonsense,400,DIGEST_INVALID",
        "GET,/v2/a/tags/list,404,NAME_UNKNOWN",
        "GET,/v2/acme/detector/tags/list?n=x,400,UNSUPPORTED",
        "GET,/v2/docker.io/library/alpine/manifests/latest,404,NAME_UNKNOWN",
        "GET,/v2/library/alpine/manifests/latest?ns=docker.io,404,NAME_UNKNOWN",
        "GET,/v2/library/alpine/manifests/latest?ns=a/b,400,NAME_INVALID",
        "POST,/v2/a/manifests/latest,405,UNSUPPORTED",
        "PATCH,/v2/a/blobs/uploads/,405,UNSUPPORTED",
        "DELETE,/v2/,405,UNSUPPORTED",
        "GET,/v2/nothing,404,UNSUPPORTED",
        "PUT,/v2/a/blobs/uploads/unknown?digest=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855,404,BLOB_UPLOAD_UNKNOWN",
        "PUT,/v2/a/blobs/uploads/unknown,400,DIGEST_INVALID"
    })
    void mistakesAreAnsweredWithTheCodeOfTheSpecification(String method, String target, int status, String code)
            throws IOException {
        FakeExchange answer = ask(method, target);
        assertEquals(status, answer.status(), answer.text());
        assertTrue(answer.text().startsWith("{\"errors\":[{\"code\":\"" + code + "\""), answer.text());
        assertEquals("application/json", answer.header("Content-Type").orElseThrow());
    }

    @Test
    void theNamespaceOfThisCatalogIsItself() throws IOException {
        FakeExchange blob = ask("GET", blobPath + "?ns=models.example.com");
        assertEquals(200, blob.status());
        assertEquals("models.example.com", blob.header("OCI-Namespace").orElseThrow());
    }

    @Test
    void referrersOfWhatWasNeverSeenAreAnEmptyIndex() throws IOException {
        FakeExchange none = ask("GET", "/v2/never/pushed/referrers/" + digest + "?artifactType=a/b");
        assertEquals(200, none.status());
        assertEquals(
                "application/vnd.oci.image.index.v1+json",
                none.header("Content-Type").orElseThrow());
        assertEquals("artifactType", none.header("OCI-Filters-Applied").orElseThrow());
        assertTrue(none.text().endsWith("\"manifests\":[]}"), none.text());
    }

    @Test
    void aRequestThatComesBackIsALoop() throws IOException {
        FakeExchange loop = ask("GET", blobPath, "Via", "1.1 region-3, 1.1 " + NODE + " (Mangrove)");
        assertEquals(508, loop.status());
        assertTrue(loop.text().contains("LOOP_DETECTED"));
        assertEquals(200, ask("GET", blobPath, "Via", "1.1 region-3").status());
    }

    @Test
    void aRegistryWithoutPushesSaysSo() throws IOException {
        DistributionServer readOnly = new DistributionServer(
                registry, Optional.empty(), Access.always(Grant.everything(Caller.NODE)), Naming.any(Set.of()), NODE);
        for (String target : new String[] {"/v2/a/blobs/uploads/", "/v2/a/manifests/x"}) {
            FakeExchange push = FakeExchange.of(target.endsWith("/") ? "POST" : "PUT", target);
            readOnly.handle(push);
            assertEquals(405, push.status());
            assertEquals("GET, HEAD", push.header("Allow").orElseThrow());
        }
        FakeExchange head = FakeExchange.of("HEAD", blobPath);
        readOnly.handle(head);
        assertEquals(200, head.status());
        assertFalse(head.header("OCI-Namespace").isPresent());
    }
}
