package dev.mangrove.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.cli.Config;
import dev.mangrove.content.MovableClock;
import dev.mangrove.content.TestContent;
import dev.mangrove.distribution.client.ClientFixture;
import dev.mangrove.http.Body;
import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import dev.mangrove.http.Eventually;
import dev.mangrove.http.Headers;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole catalog over sockets, with a clock of the test's own. */
@Timeout(60)
class CatalogTest {
    private static final TestContent BLOB = TestContent.random(1, 100_000);

    @TempDir
    private Path folder;

    private final ClientFixture client = new ClientFixture();
    private final MovableClock clock = new MovableClock();

    @AfterEach
    void end() {
        client.close();
    }

    private Catalog start(Map<String, String> more) throws IOException {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("listen.registry", "127.0.0.1:0");
        settings.put("store.path", folder.resolve("store").toString());
        settings.putIfAbsent("store.reserve", "1MB");
        Upkeep.Rhythm often = new Upkeep.Rhythm(Duration.ofMillis(5), Duration.ofMillis(5));
        return Catalog.start(CatalogConfig.of(Config.of(settings)), clock, often);
    }

    private int ask(String method, String url, byte[] body) {
        try (CallResponse answer =
                client.http().call(new CallRequest(method, URI.create(url), Headers.none(), new Body.Bytes(body)))) {
            answer.body().readAllBytes();
            return answer.status();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String text(String url) {
        try (CallResponse answer = client.http().call(CallRequest.of("GET", URI.create(url), Headers.none()))) {
            return new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatNobodyLinksIsCollectedWhileTheCatalogRunsAndCounted() throws IOException {
        try (Catalog catalog = start(Map.of())) {
            String blob = catalog.url() + "/v2/acme/m/blobs/" + BLOB.digest();
            assertEquals(
                    201,
                    ask("POST", catalog.url() + "/v2/acme/m/blobs/uploads/?digest=" + BLOB.digest(), BLOB.bytes()));
            assertEquals(202, ask("DELETE", blob, new byte[0]));
            assertTrue(text(catalog.url() + "/metrics").contains("mangrove_garbage_blobs_total 0"), "leased yet");
            clock.pass(Duration.ofHours(25));
            Eventually.holds("the blob was thrown away", () -> text(catalog.url() + "/metrics")
                    .contains("mangrove_garbage_blobs_total 1"));
            assertTrue(
                    text(catalog.url() + "/metrics").contains("mangrove_garbage_bytes_total " + BLOB.bytes().length));
            clock.pass(Duration.ofHours(25));
            Eventually.holds("the trash is empty", () -> isEmpty(folder.resolve("store/trash")));
        }
    }

    @Test
    void theBallastThatAFullDiskTookIsLaidDownAgain() throws IOException {
        try (Catalog catalog = start(Map.of())) {
            Path ballast = folder.resolve("store/ballast");
            long bytes = Files.size(ballast);
            assertTrue(bytes > 0);
            Files.delete(ballast);
            Eventually.holds("the ballast of " + catalog.url() + " is back", () -> sizeOf(ballast) == bytes);
        }
    }

    private static long sizeOf(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0; // between the two
        }
    }

    private static boolean isEmpty(Path directory) {
        try (var files = Files.list(directory)) {
            return files.findAny().isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void itsCertificateIsRenewedWhileItRuns() throws IOException {
        try (Catalog catalog = start(Map.of("tls.enabled", "true"))) {
            BigInteger before = shownBy(catalog.url());
            assertEquals(before, shownBy(catalog.url()));
            clock.pass(Duration.ofDays(350));
            Eventually.holds("another certificate is shown", () -> !shownBy(catalog.url())
                    .equals(before));
        }
    }

    /** The serial number of the certificate; whether to trust it is not what this asks. */
    private static BigInteger shownBy(String url) {
        URI at = URI.create(url);
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
            try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(at.getHost(), at.getPort())) {
                socket.startHandshake();
                return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aStoreThatIsGoneMakesItUnreadyAndEndsIt() throws IOException {
        try (Catalog catalog = start(Map.of())) {
            assertEquals(200, ask("GET", catalog.url() + "/readyz", new byte[0]));
            assertEquals(Optional.empty(), catalog.failure());
            Files.move(folder.resolve("store"), folder.resolve("away"));
            assertEquals(503, ask("GET", catalog.url() + "/readyz", new byte[0]));
            assertTrue(catalog.failure().isPresent());
            Files.move(folder.resolve("away"), folder.resolve("store"));
        }
    }

    @Test
    void everyLimitShowsHowFullItIs() throws IOException {
        try (Catalog catalog = start(Map.of())) {
            String metrics = text(catalog.url() + "/metrics");
            for (String place : List.of(
                    "connections",
                    "request_bytes",
                    "uploads",
                    "open_files",
                    "manifest_cache_bytes",
                    "leases_remembered",
                    "deltas_of_pushes",
                    "deltas_asked_for")) {
                assertTrue(metrics.contains("mangrove_occupancy{place=\"" + place + "\"} "), place);
                assertTrue(metrics.contains("mangrove_capacity{place=\"" + place + "\"} "), place);
            }
        }
    }
}
