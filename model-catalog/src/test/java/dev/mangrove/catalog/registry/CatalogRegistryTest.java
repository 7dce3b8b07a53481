package dev.mangrove.catalog.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.Caller;
import dev.mangrove.content.files.StoreLimits;
import dev.mangrove.distribution.Access;
import dev.mangrove.distribution.FakeExchange;
import dev.mangrove.distribution.Grant;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogRegistryTest {
    private static final byte[] BLOB = "weights".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    private CatalogFixture catalog;

    @BeforeEach
    void open() throws IOException {
        catalog = new CatalogFixture(folder);
    }

    @AfterEach
    void close() throws IOException {
        catalog.close();
    }

    private void reopen() throws IOException {
        catalog.close();
        catalog = new CatalogFixture(folder);
    }

    @Test
    void aPushSurvivesARestart() throws IOException {
        Digest digest = catalog.push("acme/m", BLOB);
        Digest manifest = catalog.pushManifest("acme/m", "v1", "{\"config\":" + CatalogFixture.EMPTY_CONFIG + "}");
        reopen();
        assertArrayEquals(BLOB, catalog.ask("GET", "/v2/acme/m/blobs/" + digest).sent());
        FakeExchange pulled = catalog.ask("GET", "/v2/acme/m/manifests/v1");
        assertEquals(manifest.toString(), pulled.header("Docker-Content-Digest").orElseThrow());
        assertEquals(
                "application/vnd.oci.image.manifest.v1+json",
                pulled.header("Content-Type").orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(chars = {'!', '9'})
    void aManifestThatRottedIsSaidToBeDamagedAndRepairedByPushingItAgain(char rot) throws IOException {
        String json = "{\"annotations\":{\"k\":\"1\"},\"config\":" + CatalogFixture.EMPTY_CONFIG + "}";
        Digest manifest = catalog.pushManifest("acme/m", "v1", json);
        String hex = manifest.hex();
        Path file = folder.resolve("blobs/sha256").resolve(hex.substring(0, 2)).resolve(hex);
        String rotten = rot == '9' ? json.replace('1', rot) : rot + json.substring(1);
        Files.writeString(file, rotten);
        reopen();
        FakeExchange damaged = catalog.ask("GET", "/v2/acme/m/manifests/v1");
        assertEquals(502, damaged.status(), damaged.text());
        assertTrue(damaged.text().contains("push it again"), damaged.text());
        assertEquals(manifest, catalog.pushManifest("acme/m", "v1", json));
        reopen();
        assertEquals(json, catalog.ask("GET", "/v2/acme/m/manifests/v1").text());
    }

    @Test
    void anUploadGoesOnAfterARestart() throws IOException {
        String session = catalog.ask("POST", "/v2/acme/m/blobs/uploads/")
                .header("Location")
                .orElseThrow();
        catalog.ask("PATCH", session, "wei".getBytes(StandardCharsets.UTF_8));
        reopen();
        assertEquals("0-2", catalog.ask("GET", session).header("Range").orElseThrow());
        Digest digest = Digest.ofBytes(Algorithm.SHA512, BLOB);
        FakeExchange done = catalog.ask(
                "PUT", session + "?digest=" + digest, "ghts".getBytes(StandardCharsets.UTF_8), "Content-Range", "3-6");
        assertEquals(201, done.status(), done.text());
        assertArrayEquals(BLOB, catalog.ask("GET", "/v2/acme/m/blobs/" + digest).sent());
    }

    @Test
    void anUploadBelongsToItsRepository() throws IOException {
        String session = catalog.ask("POST", "/v2/acme/m/blobs/uploads/")
                .header("Location")
                .orElseThrow();
        String elsewhere = session.replace("acme/m", "acme/other");
        for (String method : new String[] {"GET", "PATCH", "DELETE"}) {
            assertEquals(404, catalog.ask(method, elsewhere, BLOB).status(), method);
        }
        String raw = session.substring(session.lastIndexOf('/') + 1).replaceFirst("-.*", "");
        assertEquals(404, catalog.ask("GET", "/v2/acme/m/blobs/uploads/" + raw).status());
        assertEquals(
                404, catalog.ask("GET", "/v2/acme/m/blobs/uploads/..%2e-aa").status());
        assertEquals(204, catalog.ask("GET", session).status());
    }

    @Test
    void aWrongDigestLeavesNothingInTheStore() throws IOException {
        Digest other = Digest.ofBytes(Algorithm.SHA256, new byte[0]);
        assertEquals(
                400,
                catalog.ask("POST", "/v2/a/b/blobs/uploads/?digest=" + other, BLOB)
                        .status());
        String session =
                catalog.ask("POST", "/v2/a/b/blobs/uploads/").header("Location").orElseThrow();
        assertEquals(400, catalog.ask("PUT", session + "?digest=" + other, BLOB).status());
        assertEquals(404, catalog.ask("GET", session).status());
        assertEquals(0, catalog.files("uploads"));
        assertEquals(0, catalog.files("blobs"));
        assertEquals(404, catalog.ask("GET", "/v2/a/b/tags/list").status());
    }

    @Test
    void abandonedUploadsAreReaped() throws IOException {
        String session =
                catalog.ask("POST", "/v2/a/b/blobs/uploads/").header("Location").orElseThrow();
        catalog.ask("PATCH", session, BLOB);
        catalog.clock.pass(Duration.ofHours(23));
        assertEquals(0, catalog.store.uploads().reap(Duration.ofHours(24)));
        catalog.clock.pass(Duration.ofHours(2));
        assertEquals(1, catalog.store.uploads().reap(Duration.ofHours(24)));
        assertEquals(404, catalog.ask("PATCH", session, BLOB).status());
        assertEquals(0, catalog.files("uploads"));
    }

    @Test
    void deletesAreSeenAtOnceAndMountsDoNotBringThemBack() throws IOException {
        Digest digest = catalog.push("acme/a", BLOB);
        assertEquals(
                201,
                catalog.ask("POST", "/v2/acme/b/blobs/uploads/?from=acme/a&mount=" + digest)
                        .status());
        assertEquals(202, catalog.ask("DELETE", "/v2/acme/b/blobs/" + digest).status());
        assertEquals(404, catalog.ask("HEAD", "/v2/acme/b/blobs/" + digest).status());
        assertEquals(200, catalog.ask("HEAD", "/v2/acme/a/blobs/" + digest).status());
        assertEquals(404, catalog.ask("DELETE", "/v2/acme/b/blobs/" + digest).status());
    }

    @Test
    void aSparseIndexIsTaken() throws IOException {
        String index = "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":["
                + "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"size\":7,\"digest\":\"sha256:"
                + "0".repeat(64) + "\"}]}";
        byte[] raw = index.getBytes(StandardCharsets.UTF_8);
        FakeExchange put = catalog.ask(
                "PUT", "/v2/a/b/manifests/x", raw, "Content-Type", "application/vnd.oci.image.index.v1+json");
        assertEquals(201, put.status(), put.text());
        assertEquals(
                404,
                catalog.ask("GET", "/v2/a/b/manifests/sha256:" + "0".repeat(64)).status());
    }

    @Test
    void referrersComeFromSubjectsAndFromTheOlderTag() throws IOException {
        Digest subject = catalog.pushManifest("acme/m", "v1", "{\"config\":" + CatalogFixture.EMPTY_CONFIG + "}");
        String descriptor = "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"size\":"
                + ("{\"config\":" + CatalogFixture.EMPTY_CONFIG + "}").length() + ",\"digest\":\"" + subject + "\"}";
        Digest attached = catalog.pushManifest(
                "acme/m",
                "attached",
                "{\"artifactType\":\"a/sbom\",\"annotations\":{\"k\":\"v\"},\"config\":" + CatalogFixture.EMPTY_CONFIG
                        + ",\"subject\":" + descriptor + "}");
        Digest older = catalog.pushManifest(
                "acme/m", "older", "{\"artifactType\":\"a/signature\",\"config\":" + CatalogFixture.EMPTY_CONFIG + "}");
        String list = "{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":["
                + "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"artifactType\":\"a/signature\",\"size\":1,\"digest\":\""
                + older
                + "\"},{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"size\":1,\"digest\":\"sha256:"
                + "1".repeat(64) + "\"}]}";
        catalog.pushManifest("acme/m", "sha256-" + subject.hex(), list);

        String all = catalog.ask("GET", "/v2/acme/m/referrers/" + subject).text();
        assertTrue(all.contains(attached.toString()), all);
        assertTrue(all.contains("\"artifactType\":\"a/sbom\",\"annotations\":{\"k\":\"v\"}"), all);
        assertTrue(all.contains(older.toString()), all);
        assertFalse(all.contains("sha256:" + "1".repeat(64)), "what the repository does not have is not listed");
        String filtered = catalog.ask("GET", "/v2/acme/m/referrers/" + subject + "?artifactType=a/signature")
                .text();
        assertFalse(filtered.contains(attached.toString()), filtered);
        catalog.ask("DELETE", "/v2/acme/m/manifests/" + attached);
        assertFalse(catalog.ask("GET", "/v2/acme/m/referrers/" + subject).text().contains(attached.toString()));
    }

    /** A manifest whose annotation has that many bytes in UTF-8, its key included. */
    private static byte[] annotated(int textBytes, String more) {
        String value = "a" + "\u00e4".repeat((textBytes - 2) / 2);
        return ("{\"annotations\":{\"k\":\"" + value + "\"},\"config\":" + CatalogFixture.EMPTY_CONFIG + more + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void annotationsThatListsOfReferrersWouldRepeatAreRefusedIfTheyAreLong() throws IOException {
        Digest subject = Digest.ofBytes(Algorithm.SHA256, BLOB);
        String attached = ",\"subject\":{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"size\":7,"
                + "\"digest\":\"" + subject + "\"}";
        int limit = ListedTexts.MAX_BYTES;
        FakeExchange refused = catalog.ask("PUT", "/v2/acme/m/manifests/x", annotated(limit + 2, attached));
        assertEquals(400, refused.status(), refused.text());
        assertTrue(refused.text().contains("MANIFEST_INVALID"), refused.text());
        assertTrue(refused.text().contains("65536 bytes"), refused.text());
        assertEquals(0, catalog.files("blobs"), "nothing is stored");
        assertEquals(
                201,
                catalog.ask("PUT", "/v2/acme/m/manifests/x", annotated(limit - 200, attached))
                        .status());
        assertEquals(
                201,
                catalog.ask("PUT", "/v2/acme/m/manifests/y", annotated(limit + 2, ""))
                        .status(),
                "no list repeats those of a manifest without a subject");
    }

    @Test
    void whatAClientThatMayPushIsToldToBeHereIsLeased() throws IOException {
        Digest digest = catalog.push("acme/m", BLOB);
        Location repository = Location.parse("acme/m");
        assertTrue(catalog.names.isHeld(repository, digest), "an upload leases");
        catalog.clock.pass(Leases.DURATION.plusHours(1));
        assertFalse(catalog.names.isHeld(repository, digest));
        long before = catalog.names.position();
        catalog.ask("HEAD", "/v2/acme/m/blobs/" + digest);
        assertTrue(catalog.names.isHeld(repository, digest), "a positive HEAD leases");
        catalog.ask("HEAD", "/v2/acme/m/blobs/" + digest);
        assertEquals(before + 1, catalog.names.position(), "a fresh lease is not written again");
    }

    @Test
    void aFullStoreIsA507AndLeavesNothingBehind() throws IOException {
        catalog.close();
        catalog = new CatalogFixture(folder, new StoreLimits(100_000, 0, 0), Grant.everything(new Caller.User("ci")));
        Digest small = catalog.push("a/b", BLOB);
        byte[] large = new byte[200_000];
        Digest digest = Digest.ofBytes(Algorithm.SHA256, large);
        FakeExchange full = catalog.ask("POST", "/v2/a/b/blobs/uploads/?digest=" + digest, large);
        assertEquals(507, full.status(), full.text());
        assertTrue(full.text().contains("INSUFFICIENT_STORAGE"), full.text());
        assertFalse(full.text().contains(folder.toString()), full.text());
        assertEquals(0, catalog.files("uploads"));
        assertArrayEquals(BLOB, catalog.ask("GET", "/v2/a/b/blobs/" + small).sent(), "reads go on");
        catalog.push("a/b", "more".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theListOfRepositoriesShowsWhatMayBePulled() throws IOException {
        catalog.push("acme/a", BLOB);
        catalog.push("acme/b", BLOB);
        catalog.push("secret/c", BLOB);
        catalog.close();
        catalog = new CatalogFixture(folder, StoreLimits.NONE, new OnlyAcme());
        assertEquals(
                "{\"repositories\":[\"acme/a\",\"acme/b\"]}",
                catalog.ask("GET", "/v2/_catalog").text());
        FakeExchange page = catalog.ask("GET", "/v2/_catalog?n=1");
        assertEquals("{\"repositories\":[\"acme/a\"]}", page.text());
        assertEquals(
                "</v2/_catalog?n=1&last=acme%2Fa>; rel=\"next\"",
                page.header("Link").orElseThrow());
        Digest digest = Digest.ofBytes(Algorithm.SHA256, BLOB);
        assertEquals(
                201,
                catalog.ask("POST", "/v2/acme/new/blobs/uploads/?mount=" + digest)
                        .status());
        assertEquals(
                202,
                catalog.ask("POST", "/v2/acme/new2/blobs/uploads/?from=secret/c&mount=" + digest)
                        .status());
    }

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
}
