package dev.mangrove.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mangrove.oci.InvalidNameException;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTest {
    private static Route parsed(String path) {
        return Route.parse(path).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2", "/v2/"})
    void thePingHasASlashOrNot(String path) {
        assertEquals(new Route.Ping(), parsed(path));
    }

    @Test
    void aNameMayContainTheWordsOfTheProtocol() {
        assertEquals(new Route.Manifest("a/blobs/uploads", "latest"), parsed("/v2/a/blobs/uploads/manifests/latest"));
        assertEquals(new Route.Manifest("manifests/manifests", "v1"), parsed("/v2/manifests/manifests/manifests/v1"));
        assertEquals(new Route.Blob("tags/list", "sha256:aa"), parsed("/v2/tags/list/blobs/sha256:aa"));
        assertEquals(new Route.NewUpload("uploads/blobs"), parsed("/v2/uploads/blobs/blobs/uploads/"));
        assertEquals(new Route.Upload("blobs", "id"), parsed("/v2/blobs/blobs/uploads/id"));
        assertEquals(new Route.Tags("referrers"), parsed("/v2/referrers/tags/list"));
        assertEquals(new Route.Referrers("a/tags", "sha256:aa"), parsed("/v2/a/tags/referrers/sha256:aa"));
    }

    @Test
    void uploadsBeginWithAndWithoutTheTrailingSlash() {
        assertEquals(new Route.NewUpload("a/b"), parsed("/v2/a/b/blobs/uploads"));
        assertEquals(new Route.NewUpload("a/b"), parsed("/v2/a/b/blobs/uploads/"));
    }

    @Test
    void aColonMayBePercentEncoded() {
        assertEquals(new Route.Blob("a", "sha256:00"), parsed("/v2/a/blobs/sha256%3A00"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/a%2Fb/manifests/x", "/v2/a/manifests/%zz", "/v2/..%2f..%2fetc/manifests/x"})
    void anEncodedSlashAndBrokenEncodingAreRefused(String path) {
        assertThrows(InvalidNameException.class, () -> Route.parse(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "",
                "/v1/",
                "/v2/x",
                "/v2/manifests/x",
                "/v2//manifests",
                "/v2/a/tags/other",
                "/v3/a/tags/list"
            })
    void otherPathsAreNoEndpoints(String path) {
        assertEquals(Optional.empty(), Route.parse(path));
    }

    @Property
    void anyPathIsReadOrRefusedWithoutAnotherFailure(@ForAll @StringLength(max = 60) String tail) {
        try {
            Route.parse("/v2/" + tail);
        } catch (InvalidNameException e) {
            assertEquals("path", e.kind());
        }
    }
}
