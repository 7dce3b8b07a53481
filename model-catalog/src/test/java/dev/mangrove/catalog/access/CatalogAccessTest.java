package dev.mangrove.catalog.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.Caller;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.MovableClock;
import dev.mangrove.distribution.Access.Action;
import dev.mangrove.distribution.FakeExchange;
import dev.mangrove.distribution.Grant;
import dev.mangrove.distribution.TooManyRequestsException;
import dev.mangrove.http.Headers;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogAccessTest {
    private static final Location REPOSITORY = Location.parse("acme/detector");
    private static final Location ELSEWHERE = Location.parse("other/thing");

    @TempDir
    private Path folder;

    private final MovableClock clock = new MovableClock();
    private final SecureRandom random = new SecureRandom();
    private Path users;
    private CatalogAccess access;
    private TokenEndpoint endpoint;

    @BeforeEach
    void open() throws IOException {
        users = folder.resolve("users");
        Files.writeString(users, "# users\nalice:" + bcrypt("secret") + "\nbob:" + bcrypt("hunter2") + "\n");
        serve(new Rules(true, List.of(new Rule("alice", "acme", EnumSet.of(Action.PUSH)))));
    }

    private void serve(Rules rules) throws IOException {
        Logins logins = new Logins(PasswordFile.open(users, clock), clock, random);
        Tokens tokens = new Tokens(new byte[32], clock, random);
        access = new CatalogAccess(rules, logins, tokens);
        endpoint = new TokenEndpoint(rules, logins, tokens);
    }

    private static String bcrypt(String password) {
        return OpenBSDBCrypt.generate("2y", password.toCharArray(), new byte[16], 4);
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private Grant grant(String authorization) throws IOException {
        return access.authenticate(
                FakeExchange.of("GET", "/v2/", Headers.of("Authorization", authorization), new byte[0])
                        .request());
    }

    @Test
    void withoutUsersAProxyOnThisMachineDoesNotLendItsPlaceToOthers() throws IOException {
        OpenAccess open = new OpenAccess();
        assertTrue(open.authenticate(FakeExchange.of("GET", "/v2/").request()).allows(REPOSITORY, Action.PUSH));
        for (String header : List.of("X-Forwarded-For", "Forwarded")) {
            Grant passedOn =
                    open.authenticate(FakeExchange.of("GET", "/v2/", Headers.of(header, "203.0.113.7"), new byte[0])
                            .request());
            assertFalse(passedOn.allows(REPOSITORY, Action.PUSH));
            assertTrue(passedOn.allows(REPOSITORY, Action.PULL));
        }
    }

    private FakeExchange token(String query, String... authorization) throws IOException {
        Headers headers = authorization.length == 0 ? Headers.none() : Headers.of("Authorization", authorization[0]);
        FakeExchange exchange = FakeExchange.of("GET", "/token" + query, headers, new byte[0]);
        endpoint.handle(exchange);
        return exchange;
    }

    private static String tokenOf(FakeExchange answer) {
        Matcher found = Pattern.compile("\"token\":\"([^\"]+)\"").matcher(answer.text());
        assertTrue(found.find(), answer.text());
        return found.group(1);
    }

    @Test
    void theChallengeHasTheOneFormThatEveryClientReads() {
        FakeExchange push = FakeExchange.of(
                "POST", "/v2/acme/detector/blobs/uploads/", Headers.of("Host", "models.example.com:7979"), new byte[0]);
        Headers challenge = access.challenge(push.request(), Optional.of(REPOSITORY), Action.PUSH);
        assertEquals(
                "Bearer realm=\"http://models.example.com:7979/token\",service=\"mangrove\",scope=\"repository:acme/detector:pull,push\"",
                challenge.first("WWW-Authenticate").orElseThrow());
        FakeExchange forged = FakeExchange.of("GET", "/v2/", Headers.of("Host", "a\"b,c"), new byte[0]);
        assertEquals(
                "Bearer realm=\"http://localhost/token\",service=\"mangrove\"",
                access.challenge(forged.request(), Optional.empty(), Action.PULL)
                        .first("WWW-Authenticate")
                        .orElseThrow());
    }

    @Test
    void anonymousMayPullAndALoginMayHelpWithTheRest() throws IOException {
        Grant anonymous = access.authenticate(FakeExchange.of("GET", "/v2/").request());
        assertEquals(Caller.ANONYMOUS, anonymous.caller());
        assertTrue(anonymous.allows(REPOSITORY, Action.PULL));
        assertFalse(anonymous.allows(REPOSITORY, Action.PUSH));
        assertTrue(anonymous.loginHelps());
    }

    @Test
    void withoutAnonymousPullNobodyPullsWithoutALogin() throws IOException {
        serve(new Rules(false, List.of(new Rule("*", "acme", EnumSet.of(Action.PULL)))));
        assertFalse(
                access.authenticate(FakeExchange.of("GET", "/v2/").request()).allows(REPOSITORY, Action.PULL));
        assertTrue(grant(basic("bob", "hunter2")).allows(REPOSITORY, Action.PULL));
        assertFalse(grant(basic("bob", "hunter2")).allows(ELSEWHERE, Action.PULL));
    }

    @Test
    void aUserMayDoWhatTheRulesSay() throws IOException {
        Grant alice = grant(basic("alice", "secret"));
        assertEquals(new Caller.User("alice"), alice.caller());
        assertTrue(alice.allows(REPOSITORY, Action.PUSH));
        assertTrue(alice.allows(REPOSITORY, Action.PULL));
        assertFalse(alice.allows(REPOSITORY, Action.DELETE));
        assertFalse(alice.allows(ELSEWHERE, Action.PUSH));
        assertFalse(alice.loginHelps(), "a 403, not a 401");
        assertFalse(grant(basic("bob", "hunter2")).allows(REPOSITORY, Action.PUSH));
    }

    @Test
    void withoutRulesWhoeverLoggedInMayDoEverything() throws IOException {
        serve(new Rules(true, List.of()));
        assertTrue(grant(basic("bob", "hunter2")).allows(ELSEWHERE, Action.DELETE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic !!!", "Basic YWxpY2U=", "Digest x", "Bearer a.b.c", "Bearer ", ""})
    void otherCredentialsAreRefused(String header) {
        assertThrows(ContentException.Refused.class, () -> grant(header));
    }

    @Test
    void wrongPasswordsAreRefusedAndAfterTooManyTheAddressWaits() throws IOException {
        for (int i = 0; i < FailedLogins.MAX_FAILURES; i++) {
            assertThrows(ContentException.Refused.class, () -> grant(basic("alice", "guess")));
        }
        assertThrows(TooManyRequestsException.class, () -> grant(basic("alice", "secret")));
        FakeExchange limited = token("", basic("alice", "secret"));
        assertEquals(429, limited.status());
        assertTrue(Integer.parseInt(limited.header("Retry-After").orElseThrow()) > 0);
        clock.pass(FailedLogins.WINDOW);
        assertEquals(new Caller.User("alice"), grant(basic("alice", "secret")).caller());
    }

    @Test
    void aTokenIsGoodForWhatItWasAskedForAndTheRulesAllow() throws IOException {
        FakeExchange answer = token(
                "?service=mangrove&scope=repository:acme/detector:pull,push,delete&scope=repository:other/thing:push",
                basic("alice", "secret"));
        assertEquals(200, answer.status());
        assertTrue(answer.text().contains("\"expires_in\":600"), answer.text());
        assertTrue(answer.text().contains("\"issued_at\":\"2026-01-01T00:00:00Z\""), answer.text());
        String token = tokenOf(answer);
        String claims = new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
        assertTrue(
                claims.contains(
                        "\"access\":[{\"type\":\"repository\",\"name\":\"acme/detector\",\"actions\":[\"pull\",\"push\"]}]"),
                claims);
        Grant grant = grant("Bearer " + token);
        assertEquals(new Caller.User("alice"), grant.caller());
        assertTrue(grant.allows(REPOSITORY, Action.PUSH));
        assertFalse(grant.allows(REPOSITORY, Action.DELETE));
        assertFalse(grant.allows(Location.parse("acme/other"), Action.PULL), "not asked for");
        assertTrue(grant.loginHelps(), "another token may allow it");
        clock.pass(Tokens.LIFETIME);
        assertThrows(ContentException.Refused.class, () -> grant("Bearer " + token));
    }

    @Test
    void aTokenOfAnotherKeyOrAlteredIsRefused() throws IOException {
        String token = tokenOf(token("", basic("alice", "secret")));
        String none = Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8))
                + token.substring(token.indexOf('.'), token.lastIndexOf('.') + 1);
        assertThrows(ContentException.Refused.class, () -> grant("Bearer " + none));
        Tokens other = new Tokens(new byte[] {1}, clock, random);
        String foreign = other.write(other.grant(Optional.of("alice"), List.of()));
        assertThrows(ContentException.Refused.class, () -> grant("Bearer " + foreign));
    }

    @Test
    void aWrongLoginNeverGetsAnAnonymousToken() throws IOException {
        assertEquals(
                401,
                token("?scope=repository:acme/detector:pull", basic("alice", "wrong"))
                        .status());
        assertEquals(
                401,
                token("?scope=repository:acme/detector:pull", "Basic garbage").status());
        Grant anonymous = grant("Bearer " + tokenOf(token("?scope=repository:acme/detector:pull,push")));
        assertTrue(anonymous.allows(REPOSITORY, Action.PULL));
        assertFalse(anonymous.allows(REPOSITORY, Action.PUSH));
    }

    @Test
    void aFormWithAPasswordGetsATokenAndAnyOtherGrantA400() throws IOException {
        FakeExchange good =
                post("grant_type=password&service=mangrove&client_id=containerd&username=alice&password=secret"
                        + "&scope=repository:acme/detector:pull%20repository:acme/other:pull");
        assertEquals(200, good.status(), good.text());
        assertTrue(grant("Bearer " + tokenOf(good)).allows(Location.parse("acme/other"), Action.PULL));
        assertEquals(400, post("grant_type=refresh_token&refresh_token=x").status());
        assertEquals(401, post("grant_type=password&username=alice&password=no").status());
        assertEquals(413, post("x=" + "y".repeat(70_000)).status());
    }

    private FakeExchange post(String form) throws IOException {
        FakeExchange exchange = FakeExchange.of(
                "POST",
                "/token",
                Headers.of("Content-Type", "application/x-www-form-urlencoded"),
                form.getBytes(StandardCharsets.UTF_8));
        endpoint.handle(exchange);
        return exchange;
    }

    @Test
    void usersAreReadAgainWhenTheirFileChanges() throws IOException {
        grant(basic("alice", "secret"));
        Files.writeString(users, "carol:" + bcrypt("pw") + "\n");
        Files.setLastModifiedTime(users, FileTime.fromMillis(1_000_000));
        clock.pass(Duration.ofSeconds(3));
        assertEquals(new Caller.User("carol"), grant(basic("carol", "pw")).caller());
        assertThrows(ContentException.Refused.class, () -> grant(basic("alice", "secret")));
        Files.writeString(users, "broken line\n");
        clock.pass(Duration.ofSeconds(3));
        assertEquals(new Caller.User("carol"), grant(basic("carol", "pw")).caller(), "a broken file changes nothing");
    }

    @Test
    void aFileThatIsNoneIsRefusedWithItsLine() throws IOException {
        Files.writeString(users, "alice:" + bcrypt("x") + "\nbob:$apr1$md5\n");
        IOException refused = assertThrows(IOException.class, () -> PasswordFile.open(users, clock));
        assertTrue(String.valueOf(refused.getMessage()).contains("users:2"), refused.getMessage());
    }
}
