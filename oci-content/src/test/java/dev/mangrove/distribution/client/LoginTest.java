package dev.mangrove.distribution.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.ContentException;
import dev.mangrove.content.TestContent;
import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpExchange;
import dev.mangrove.http.Response;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is told our passwords, and who is not. */
class LoginTest {
    private static final Location REPOSITORY = Location.parse("acme/detector");
    private static final TestContent LAYER = TestContent.random(1, 3_000);
    private static final Login.Password LOGIN = new Login.Password("ci", "s3cret");

    private final ClientFixture fixture = new ClientFixture();
    private final List<String> tokenRequests = Collections.synchronizedList(new ArrayList<>());
    private FakeUpstream upstream;

    @BeforeEach
    void start() throws IOException {
        upstream = fixture.upstream();
        upstream.registry().put(REPOSITORY, LAYER.bytes());
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private DistributionClient client(Credentials credentials) {
        return new DistributionClient(fixture.connection(upstream, credentials));
    }

    private Credentials login() {
        return Credentials.only(upstream.url().origin(), LOGIN);
    }

    /** A registry that wants tokens, and the token service on a server of its own choice. */
    private void demandTokens(FakeUpstream service, String host) {
        int port = service.url().base().getPort();
        String challenge = "Bearer realm=\"http://" + host + ":" + port
                + "/token\",service=\"fake\",scope=\"repository:acme/detector:pull\"";
        service.fault((exchange, registry) -> isToken(exchange) && giveToken(exchange));
        upstream.fault((exchange, registry) -> {
            Optional<String> sent = exchange.request().headers().first("Authorization");
            boolean refused = !sent.equals(Optional.of("Bearer token-" + tokenRequests.size()));
            if (refused && !isToken(exchange)) {
                exchange.respond(Response.empty(401, Headers.of("WWW-Authenticate", challenge)));
                return true;
            }
            return false;
        });
    }

    private static boolean isToken(HttpExchange exchange) {
        return exchange.request().rawPath().equals("/token");
    }

    private boolean giveToken(HttpExchange exchange) throws IOException {
        tokenRequests.add(exchange.request().headers().first("Authorization").orElse("none") + " "
                + exchange.request().rawQuery());
        exchange.respond(Response.text(
                200, "application/json", "{\"token\":\"token-" + tokenRequests.size() + "\",\"expires_in\":100}"));
        return true;
    }

    @Test
    void aTokenIsGotOnceForAScopeAndUsedUntilItIsOld() throws IOException {
        demandTokens(upstream, "127.0.0.1");
        DistributionClient client = client(login());
        assertTrue(client.stat(REPOSITORY, LAYER.digest()).isPresent());
        assertTrue(client.stat(REPOSITORY, LAYER.digest()).isPresent());
        assertEquals(List.of(LOGIN.basic() + " service=fake&scope=repository%3Aacme%2Fdetector%3Apull"), tokenRequests);
        assertEquals(3, upstream.count("HEAD", "/blobs/"), "only the first request is refused");
        fixture.clock().pass(Duration.ofSeconds(81));
        assertTrue(client.stat(REPOSITORY, LAYER.digest()).isPresent());
        assertEquals(2, tokenRequests.size(), "renewed before it ends");
        assertEquals(4, upstream.count("HEAD", "/blobs/"), "without being refused first");
    }

    @Test
    void manyRequestsAtOnceGetOneToken() throws Exception {
        demandTokens(upstream, "127.0.0.1");
        DistributionClient client = client(login());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> asked = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                Callable<Boolean> stat =
                        () -> client.stat(REPOSITORY, LAYER.digest()).isPresent();
                asked.add(threads.submit(stat));
            }
            for (Future<Boolean> each : asked) {
                assertTrue(each.get());
            }
        }
        assertEquals(1, tokenRequests.size());
    }

    @Test
    void aTokenServiceOnAForeignHostIsToldNothing() throws IOException {
        FakeUpstream thief = fixture.upstream();
        demandTokens(thief, "localhost");
        ContentException.Refused refused = assertThrows(
                ContentException.Refused.class, () -> client(login()).stat(REPOSITORY, LAYER.digest()));
        assertTrue(refused.getMessage().contains("another site"), refused.getMessage());
        assertTrue(thief.requests().isEmpty());
    }

    @Test
    void basicIsSentOnlyAfterItWasAskedFor() throws IOException {
        upstream.fault((exchange, registry) -> {
            boolean known = exchange.request().headers().first("Authorization").equals(Optional.of(LOGIN.basic()));
            if (!known) {
                exchange.respond(Response.empty(401, Headers.of("WWW-Authenticate", "Basic realm=\"fake\"")));
            }
            return !known;
        });
        DistributionClient client = client(login());
        assertTrue(client.stat(REPOSITORY, LAYER.digest()).isPresent());
        assertTrue(client.stat(REPOSITORY, LAYER.digest()).isPresent());
        assertEquals(3, upstream.requests().size());
        assertFalse(
                upstream.requests().getFirst().headers().first("Authorization").isPresent());
    }

    @Test
    void aLoginOfAnotherPortIsNotUsed() throws IOException {
        upstream.fault((exchange, registry) -> {
            exchange.respond(Response.empty(401, Headers.of("WWW-Authenticate", "Basic realm=\"fake\"")));
            return true;
        });
        WebOrigin other =
                new WebOrigin("http", "127.0.0.1", upstream.url().origin().port() + 1);
        assertThrows(ContentException.Refused.class, () -> client(Credentials.only(other, LOGIN))
                .stat(REPOSITORY, LAYER.digest()));
        assertTrue(upstream.requests().stream()
                .allMatch(r -> r.headers().first("Authorization").isEmpty()));
    }

    @Test
    void aRedirectToAnotherHostCarriesNoCredential() throws IOException {
        FakeUpstream storage = fixture.upstream();
        storage.registry().put(REPOSITORY, LAYER.bytes());
        upstream.fault((exchange, registry) -> {
            if (exchange.request().headers().first("Authorization").isEmpty()) {
                exchange.respond(Response.empty(401, Headers.of("WWW-Authenticate", "Basic realm=\"fake\"")));
            } else {
                String there = "http://localhost:" + storage.url().base().getPort()
                        + exchange.request().rawPath();
                exchange.respond(Response.empty(307, Headers.of("Location", there)));
            }
            return true;
        });
        assertTrue(client(login()).stat(REPOSITORY, LAYER.digest()).isPresent());
        assertEquals(1, storage.requests().size());
        assertTrue(
                storage.requests().getFirst().headers().first("Authorization").isEmpty());
    }

    @Test
    void endlessRedirectsEnd() {
        upstream.fault((exchange, registry) -> {
            exchange.respond(Response.empty(
                    302, Headers.of("Location", exchange.request().rawPath())));
            return true;
        });
        assertThrows(ContentException.Unavailable.class, () -> client(Credentials.NONE)
                .stat(REPOSITORY, LAYER.digest()));
        assertEquals(6, upstream.requests().size());
    }

    @Test
    void noSecretIsInTheTextOfALogin() {
        assertFalse(LOGIN.toString().contains("s3cret"));
        assertFalse(new Login.IdentityToken("s3cret").toString().contains("s3cret"));
    }
}
