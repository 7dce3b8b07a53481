package dev.mangrove.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestKindTest {
    @ParameterizedTest
    @CsvSource({
        "/v2/, PING",
        "/v2, PING",
        "/token, TOKEN",
        "/v2/a/b/blobs/sha256:0, BLOB",
        "/v2/a/blobs/uploads/, UPLOAD",
        "/v2/a/blobs/uploads/id, UPLOAD",
        "/v2/a/blobs/uploads, UPLOAD",
        "/v2/blobs/uploads/manifests/latest, MANIFEST",
        "/v2/a/tags/list, TAGS",
        "/v2/a/referrers/sha256:0, REFERRERS",
        "/v2/x, OTHER",
        "/, OTHER",
        "/api/v1/status, OTHER"
    })
    void isReadFromTheRightEndOfThePath(String path, RequestKind kind) {
        assertEquals(kind, RequestKind.of(path));
    }
}
