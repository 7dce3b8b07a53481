package dev.mangrove.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.http.Eventually;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What nobody should send gets a clear answer in the specification's words and leaves nothing behind. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputIT {
    private static final String REPOSITORY = "bad/input";

    private final TestFolder folder = TestFolder.create();
    private final TestImage image = TestImage.of(21, TestImage.Compression.GZIP, 100_000);
    private MangroveProcess catalog;
    private Wire wire;

    @BeforeAll
    void startCatalog() {
        catalog = MangroveProcess.start("catalog", folder.folder("catalog"));
        wire = new Wire(catalog.url());
        wire.push(REPOSITORY, "good", image);
    }

    @AfterAll
    void stopCatalog() {
        if (catalog != null) {
            wire.close();
            catalog.close();
        }
        folder.close();
    }

    private static void assertOciError(Wire.Answer answer, String code) {
        assertTrue(
                answer.text().contains("\"code\":\"" + code + "\""),
                () -> "expected the code " + code + ", got " + answer);
        assertEquals(Optional.of("application/json"), answer.header("Content-Type"));
        assertFalse(answer.text().contains("/tmp/"), () -> "tells a path of the server: " + answer);
        assertFalse(answer.text().contains("Exception"), () -> "tells how the server is made: " + answer);
    }

    private void assertNothingLeftBehind() {
        assertEquals(List.of(), catalog.storeFiles("uploads"), "upload sessions left");
        assertEquals(List.of(), catalog.storeFiles("partial"), "partial blobs left");
    }

    @Test
    void aBlobWithAnotherDigestIsRefusedAndForgotten() {
        byte[] bytes = TestImage.random(1, 50_000);
        String wrong = TestImage.sha256(TestImage.random(2, 10));
        Wire.Answer begun =
                wire.post("/v2/" + REPOSITORY + "/blobs/uploads/", new byte[0]).expect(202);
        Wire.Answer refused =
                wire.put(wire.location(begun, "digest=" + wrong), bytes).expect(400);
        assertOciError(refused, "DIGEST_INVALID");
        wire.head("/v2/" + REPOSITORY + "/blobs/" + wrong).expect(404);
        wire.head("/v2/" + REPOSITORY + "/blobs/" + TestImage.sha256(bytes)).expect(404);
        assertNothingLeftBehind();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sha256:zz",
                "sha256:",
                "sha256:ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789",
                "md5:d41d8cd98f00b204e9800998ecf8427e",
                "sha256%3A..%2F..%2Fetc",
                "nonsense"
            })
    void aDigestThatIsNoneIsRefused(String digest) {
        Wire.Answer begun =
                wire.post("/v2/" + REPOSITORY + "/blobs/uploads/", new byte[0]).expect(202);
        String location = wire.location(begun, "digest=" + digest);
        assertOciError(wire.put(location, new byte[10]).expect(400), "DIGEST_INVALID");
        wire.delete(wire.location(begun, "")).expect(204, 404);
        assertNothingLeftBehind();
    }

    @Test
    void aManifestUnderAnotherDigestIsRefused() {
        String wrong = TestImage.sha256(TestImage.random(3, 10));
        Wire.Answer answer = wire.put(
                        "/v2/" + REPOSITORY + "/manifests/" + wrong,
                        image.manifest(),
                        "Content-Type",
                        TestImage.MANIFEST)
                .expect(400);
        assertOciError(answer, "DIGEST_INVALID");
        wire.head("/v2/" + REPOSITORY + "/manifests/" + wrong).expect(404);
    }

    @Test
    void aManifestAboveTheLimitIsTooLargeAndOneOfFourMegabytesIsNot() {
        assertOciError(
                wire.put(
                                "/v2/" + REPOSITORY + "/manifests/large",
                                manifestOf(9 << 20),
                                "Content-Type",
                                TestImage.MANIFEST)
                        .expect(413),
                "SIZE_INVALID");
        wire.put("/v2/" + REPOSITORY + "/manifests/large", manifestOf(4 << 20), "Content-Type", TestImage.MANIFEST)
                .expect(201);
        wire.get("/v2/" + REPOSITORY + "/manifests/large").expect(200);
    }

    private byte[] manifestOf(int size) {
        String start = new String(image.manifest(), StandardCharsets.UTF_8);
        start = start.substring(0, start.length() - 1) + ",\"annotations\":{\"padding\":\"";
        return (start + "x".repeat(size - start.length() - 3) + "\"}}").getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "not json",
                "[]",
                "null",
                "{\"schemaVersion\":2,\"schemaVersion\":2,\"config\":{},\"layers\":[]}",
                "{\"schemaVersion\":2,\"layers\":[{\"mediaType\":\"a/b\",\"digest\":\"sha256:zz\",\"size\":1}]}",
                "{\"schemaVersion\":2,\"layers\":[{\"mediaType\":\"a/b\",\"digest\":\"sha256:"
                        + "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\",\"size\":-1}]}",
                "{\"schemaVersion\":2} trailing"
            })
    void aManifestThatIsNoneIsRefused(String json) {
        Wire.Answer answer = wire.put(
                        "/v2/" + REPOSITORY + "/manifests/garbage",
                        json.getBytes(StandardCharsets.UTF_8),
                        "Content-Type",
                        TestImage.MANIFEST)
                .expect(400);
        assertOciError(answer, "MANIFEST_INVALID");
        wire.head("/v2/" + REPOSITORY + "/manifests/garbage").expect(404);
    }

    @Test
    void deeplyNestedJsonIsRefusedWithoutHarm() {
        String deep = "{\"schemaVersion\":2,\"annotations\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        wire.put(
                        "/v2/" + REPOSITORY + "/manifests/deep",
                        deep.getBytes(StandardCharsets.UTF_8),
                        "Content-Type",
                        TestImage.MANIFEST)
                .expect(400);
        wire.get("/v2/" + REPOSITORY + "/manifests/good").expect(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v2/../../../../etc/passwd/manifests/x",
                "/v2/a/../../b/manifests/x",
                "/v2/%2e%2e/%2e%2e/etc/manifests/x",
                "/v2/a%2f..%2f..%2fb/manifests/x",
                "/v2/a/b/manifests/..%2f..%2fx",
                "/v2/a/b/blobs/sha256:..%2f..%2fx",
                "/v2/a%00b/manifests/x",
                "/v2/A/B/manifests/x",
                "/v2//manifests/x",
                "/v2/a//b/manifests/x",
                "/v2/.hidden/manifests/x",
                "/v2/a/b/blobs/uploads/..%2f..%2f..%2fLOCK",
                "/v2/a\\b/manifests/x"
            })
    void tricksWithPathsEndInAnError(String target) {
        for (String method : List.of("GET", "HEAD", "PUT", "DELETE", "PATCH", "POST")) {
            int status = RawHttp.status(RawHttp.request(catalog.port(), method, target));
            assertTrue(status >= 400 && status < 500, method + " " + target + " was answered with " + status);
        }
    }

    @Test
    void aNameOfMoreThanTwoHundredAndFiftyFiveBytesIsInvalid() {
        String name = "a/" + "b".repeat(300);
        assertOciError(wire.get("/v2/" + name + "/manifests/x").expect(400, 404), "NAME_INVALID");
    }

    @Test
    void headersWithoutEndAreCutOff() {
        StringBuilder many = new StringBuilder("GET /v2/ HTTP/1.1\r\nHost: x\r\n");
        for (int i = 0; i < 20_000; i++) {
            many.append("X-").append(i).append(": y\r\n");
        }
        String longOne = "GET /v2/ HTTP/1.1\r\nHost: x\r\nX-Long: " + "y".repeat(200_000) + "\r\n";
        for (String head : List.of(longOne, many.toString())) {
            int status = RawHttp.status(RawHttp.exchange(catalog.port(), head + "\r\n"));
            assertTrue(status == 431 || status == 400 || status == 0, () -> "answered with " + status);
        }
        wire.get("/v2/").expect(200);
    }

    @Test
    void aTlsGreetingOnThePlainPortIsAnsweredAtOnce() {
        byte[] hello = new byte[64];
        hello[0] = 0x16;
        hello[1] = 0x03;
        hello[2] = 0x01;
        hello[4] = 59;
        String answer = RawHttp.exchange(catalog.port(), hello);
        assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
        assertTrue(answer.contains("the client began a TLS handshake"), answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=100000000-", "bytes=500-0", "bytes=100000000-100000001"})
    void aRangeBeyondTheEndIsNotSatisfiable(String range) {
        String layer = image.layers().getFirst();
        Wire.Answer answer = wire.get("/v2/" + REPOSITORY + "/blobs/" + layer, "Range", range)
                .expect(416);
        assertEquals(Optional.of("bytes */" + image.blob(layer).length), answer.header("Content-Range"));
    }

    @Test
    void rangesInsideAreExact() {
        String layer = image.layers().getFirst();
        byte[] whole = image.blob(layer);
        Wire.Answer middle = wire.get("/v2/" + REPOSITORY + "/blobs/" + layer, "Range", "bytes=10-19")
                .expect(206);
        assertEquals(Optional.of("bytes 10-19/" + whole.length), middle.header("Content-Range"));
        assertEquals(TestImage.sha256(java.util.Arrays.copyOfRange(whole, 10, 20)), TestImage.sha256(middle.body()));
        Wire.Answer end = wire.get("/v2/" + REPOSITORY + "/blobs/" + layer, "Range", "bytes=-5")
                .expect(206);
        assertEquals(
                TestImage.sha256(java.util.Arrays.copyOfRange(whole, whole.length - 5, whole.length)),
                TestImage.sha256(end.body()));
    }

    @Test
    void aChunkAtTheWrongPlaceChangesNothing() {
        Wire.Answer begun =
                wire.post("/v2/" + REPOSITORY + "/blobs/uploads/", new byte[0]).expect(202);
        byte[] bytes = TestImage.random(5, 3_000);
        byte[] first = java.util.Arrays.copyOf(bytes, 1_000);
        Wire.Answer one = wire.patch(wire.location(begun, ""), first, "Content-Range", "0-999")
                .expect(202);
        Wire.Answer refused = wire.patch(wire.location(one, ""), first, "Content-Range", "2000-2999")
                .expect(416);
        assertEquals(Optional.of("0-999"), refused.header("Range"));
        byte[] rest = java.util.Arrays.copyOfRange(bytes, 1_000, 3_000);
        wire.put(wire.location(one, "digest=" + TestImage.sha256(bytes)), rest, "Content-Range", "1000-2999")
                .expect(201);
        assertEquals(
                TestImage.sha256(bytes),
                TestImage.sha256(wire.get("/v2/" + REPOSITORY + "/blobs/" + TestImage.sha256(bytes))
                        .expect(200)
                        .body()));
    }

    @Test
    void anUploadThatIsUnknownOrOfAnotherRepositoryIsUnknown() {
        Wire.Answer begun =
                wire.post("/v2/" + REPOSITORY + "/blobs/uploads/", new byte[0]).expect(202);
        String elsewhere = wire.location(begun, "").replace("/" + REPOSITORY + "/", "/another/one/");
        assertOciError(wire.patch(elsewhere, new byte[5]).expect(404), "BLOB_UPLOAD_UNKNOWN");
        assertOciError(
                wire.patch("/v2/" + REPOSITORY + "/blobs/uploads/no-such-upload", new byte[5])
                        .expect(404),
                "BLOB_UPLOAD_UNKNOWN");
        wire.delete(wire.location(begun, "")).expect(204);
        assertNothingLeftBehind();
    }

    @Test
    void aBlobIsNotVisibleThroughARepositoryThatHasItNot() {
        String layer = image.layers().getFirst();
        wire.head("/v2/stranger/repo/blobs/" + layer).expect(404);
        assertOciError(wire.get("/v2/stranger/repo/blobs/" + layer).expect(404), "BLOB_UNKNOWN");
        assertOciError(wire.get("/v2/stranger/repo/manifests/good").expect(404), "MANIFEST_UNKNOWN");
    }

    @Test
    void aBodyThatEndsEarlyLeavesNoBlob() {
        byte[] bytes = TestImage.random(6, 10_000);
        Wire.Answer begun =
                wire.post("/v2/" + REPOSITORY + "/blobs/uploads/", new byte[0]).expect(202);
        String target = wire.location(begun, "digest=" + TestImage.sha256(bytes))
                .substring(catalog.url().length());
        // Promises ten thousand bytes, sends a hundred and hangs up.
        RawHttp.sendAndHangUp(
                catalog.port(),
                ("PUT " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n" + "z".repeat(100))
                        .getBytes(StandardCharsets.ISO_8859_1));
        wire.head("/v2/" + REPOSITORY + "/blobs/" + TestImage.sha256(bytes)).expect(404);
        Eventually.holds("the writer has noticed and left its turn", () -> {
            Wire.Answer deleted = wire.delete(wire.location(begun, "")).expect(204, 404, 503);
            assertTrue(deleted.status() != 503 || deleted.header("Retry-After").isPresent(), deleted::toString);
            return deleted.status() != 503;
        });
        assertNothingLeftBehind();
    }

    @Test
    void requestsThatSmuggleASecondOneAreRefused() {
        for (String head : List.of(
                "POST /v2/" + REPOSITORY
                        + "/blobs/uploads/ HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
                "POST /v2/" + REPOSITORY
                        + "/blobs/uploads/ HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /v2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) {
            String answer = RawHttp.exchange(catalog.port(), head);
            assertFalse(
                    answer.lines().filter(line -> line.startsWith("HTTP/1.1 2")).count() > 0,
                    () -> "answered with\n" + answer);
        }
    }
}
