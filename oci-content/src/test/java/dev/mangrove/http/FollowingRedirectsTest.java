package dev.mangrove.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class FollowingRedirectsTest {
    private static final URI START = URI.create("https://registry.example/v2/a/blobs/x?ns=b");
    private static final Headers CREDENTIALS =
            Headers.of("Authorization", "Bearer secret").with("Cookie", "c=1").with("Range", "bytes=5-");

    private final Queue<CallResponse> answers = new ArrayDeque<>();
    private final List<CallRequest> calls = new ArrayList<>();
    private final HttpCaller following = new FollowingRedirects(request -> {
        calls.add(request);
        return answers.remove();
    });

    private record Scripted(int status, Headers headers, InputStream body) implements CallResponse {
        @Override
        public void cut() {
            throw new UnsupportedOperationException("nobody cuts here");
        }

        @Override
        public void close() {}
    }

    private void answer(int status, String location) {
        Headers headers = location.isEmpty() ? Headers.none() : Headers.of("Location", location);
        answers.add(new Scripted(status, headers, InputStream.nullInputStream()));
    }

    private CallRequest lastCall() {
        return calls.getLast();
    }

    private int call(String method, Body body) throws IOException {
        try (CallResponse response = following.call(new CallRequest(method, START, CREDENTIALS, body))) {
            return response.status();
        }
    }

    @Test
    void credentialsStayWithTheOriginTheyWereGivenFor() throws IOException {
        for (String elsewhere : List.of(
                "https://cdn.example/x",
                "http://registry.example/x",
                "https://registry.example:444/x",
                "//evil.example/")) {
            answer(307, elsewhere);
            answer(200, "");
            assertEquals(200, call("GET", new Body.Empty()));
            assertEquals(Optional.empty(), lastCall().headers().first("authorization"), elsewhere);
            assertEquals(Optional.empty(), lastCall().headers().first("cookie"), elsewhere);
            assertEquals("bytes=5-", lastCall().headers().first("range").orElseThrow());
        }
    }

    @Test
    void credentialsThatWereDroppedDoNotComeBack() throws IOException {
        answer(302, "https://cdn.example/x");
        answer(302, "https://registry.example/y");
        answer(200, "");
        assertEquals(200, call("GET", new Body.Empty()));
        assertEquals(START.getHost(), lastCall().uri().getHost());
        assertEquals(Optional.empty(), lastCall().headers().first("authorization"));
    }

    @Test
    void credentialsGoAlongInsideTheOrigin() throws IOException {
        answer(301, "../y?z=1");
        answer(200, "");
        assertEquals(200, call("GET", new Body.Empty()));
        assertEquals(
                URI.create("https://registry.example/v2/a/y?z=1"), lastCall().uri());
        assertEquals(
                "Bearer secret", lastCall().headers().first("Authorization").orElseThrow());
    }

    @Test
    void methodAndBodyAreKeptOrBecomeGetAsTheStatusSays() throws IOException {
        Body body = new Body.Bytes(new byte[] {1});
        record Case(int status, String method, String becomes) {}
        for (Case c : List.of(
                new Case(301, "POST", "GET"),
                new Case(302, "PUT", "PUT"),
                new Case(303, "PUT", "GET"),
                new Case(303, "HEAD", "HEAD"),
                new Case(307, "POST", "POST"),
                new Case(308, "PATCH", "PATCH"))) {
            answer(c.status, "/y");
            answer(200, "");
            assertEquals(200, call(c.method, body));
            assertEquals(c.becomes, lastCall().method(), c.toString());
            assertEquals(
                    c.becomes.equals("GET") ? new Body.Empty() : body,
                    lastCall().body(),
                    c.toString());
        }
    }

    @Test
    void aBodyThatCanBeSentOnlyOnceIsNotSentTwice() throws IOException {
        answer(307, "/y");
        assertEquals(307, call("PUT", new Body.Stream(new ByteArrayInputStream(new byte[3]), 3)));
        assertEquals(1, calls.size());
    }

    @Test
    void aCircleEnds() {
        for (int i = 0; i < 10; i++) {
            answer(302, "/round");
        }
        IOException failure = assertThrows(IOException.class, () -> call("GET", new Body.Empty()));
        assertTrue(failure.getMessage().contains("after 5 redirects"), failure.getMessage());
        assertTrue(!failure.getMessage().contains("ns=b"), "queries may hold secrets");
    }

    @Test
    void aLocationThatIsNoHttpUrlIsRefused() {
        for (String location : List.of("ftp://x/y", "file:///etc/passwd", "http:", "https://[::/")) {
            answers.clear();
            answer(302, location);
            assertThrows(IOException.class, () -> call("GET", new Body.Empty()), location);
        }
    }

    @Test
    void charactersThatHaveNoPlaceInAUriAreEscaped() throws IOException {
        answer(302, "/a b|c%2Fd");
        answer(200, "");
        assertEquals(200, call("GET", new Body.Empty()));
        assertEquals("/a%20b%7Cc%2Fd", lastCall().uri().getRawPath());
    }
}
