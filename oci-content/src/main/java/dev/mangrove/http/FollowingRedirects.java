package dev.mangrove.http;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * Follows redirects, as registries send them to where their blobs are kept. Credentials stay with the origin they were
 * given for: once a redirect leaves it, {@code Authorization} and {@code Cookie} are gone, even if a later one returns.
 * A redirect of a body that can be sent only once is given to the caller as it is.
 */
public final class FollowingRedirects implements HttpCaller {
    private static final int MAX_HOPS = 5;
    private static final int MAX_DISCARDED_BYTES = 64 * 1024;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final String URI_CHARACTERS = "-._~:/?#[]@!$&'()*+,;=%";

    private final HttpCaller next;

    public FollowingRedirects(HttpCaller next) {
        this.next = next;
    }

    @Override
    public CallResponse call(CallRequest request) throws IOException {
        CallRequest current = request;
        for (int hop = 0; hop <= MAX_HOPS; hop++) {
            CallResponse response = next.call(current);
            Optional<CallRequest> redirected;
            try {
                redirected = redirected(current, response);
            } catch (IOException | RuntimeException e) {
                response.close();
                throw e;
            }
            if (redirected.isEmpty()) {
                return response;
            }
            discard(response);
            current = redirected.get();
        }
        throw new IOException("gave up on " + Origin.withoutQuery(request.uri()) + " after " + MAX_HOPS
                + " redirects, the last to " + Origin.of(current.uri()));
    }

    private static Optional<CallRequest> redirected(CallRequest request, CallResponse response) throws IOException {
        Optional<String> location = response.headers().first("Location");
        if (!REDIRECTS.contains(response.status()) || location.isEmpty()) {
            return Optional.empty();
        }
        boolean becomesGet = (response.status() == 303 && !request.method().equals("HEAD"))
                || (response.status() < 303 && request.method().equals("POST"));
        if (!becomesGet && !repeatable(request.body())) {
            return Optional.empty();
        }
        URI target = resolve(request.uri(), location.get());
        Headers headers = request.headers();
        if (!Origin.of(target).equals(Origin.of(request.uri()))) {
            headers = headers.without("Authorization").without("Cookie").without("Host");
        }
        return Optional.of(
                becomesGet
                        ? CallRequest.of("GET", target, headers.without("Content-Type"))
                        : new CallRequest(request.method(), target, headers, request.body()));
    }

    private static URI resolve(URI base, String location) throws IOException {
        try {
            URI target = base.resolve(new URI(escaped(location)));
            Origin.of(target);
            return target;
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new IOException(Origin.of(base) + " redirects to something that is no http URL", e);
        }
    }

    /** Servers put characters into locations that have no place in a URI; what is escaped already stays. */
    private static String escaped(String location) {
        StringBuilder uri = new StringBuilder(location.length());
        for (byte b : location.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
            if (plain || URI_CHARACTERS.indexOf(b) >= 0) {
                uri.append((char) b);
            } else {
                uri.append(String.format("%%%02X", b & 0xff));
            }
        }
        return uri.toString();
    }

    private static boolean repeatable(Body body) {
        return !(body instanceof Body.Stream) && !(body instanceof Body.Chunked);
    }

    /** Takes a short body off the wire, so that the connection can be used again. */
    private static void discard(CallResponse response) throws IOException {
        try (response) {
            response.body().readNBytes(MAX_DISCARDED_BYTES);
        }
    }
}
