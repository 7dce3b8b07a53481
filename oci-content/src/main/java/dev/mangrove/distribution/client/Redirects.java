package dev.mangrove.distribution.client;

import dev.mangrove.content.ContentException;
import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import dev.mangrove.http.Headers;
import java.io.IOException;
import java.net.URI;
import java.util.List;

/**
 * Follows redirects of reads, and of writes whose body can be sent again. The layer below attaches a credential only to
 * the registry's own origin; a header that came with the request does not cross to another host either. TLS is never left.
 */
final class Redirects implements ScopedCaller {
    private static final int MAX_HOPS = 5;

    private final ScopedCaller next;

    Redirects(ScopedCaller next) {
        this.next = next;
    }

    @Override
    public CallResponse call(CallRequest request, List<Scope> scopes) throws IOException {
        CallRequest current = request;
        for (int hop = 0; hop <= MAX_HOPS; hop++) {
            CallResponse answer = next.call(current, scopes);
            if (!isRedirect(answer.status(), current)) {
                return answer;
            }
            try (answer) {
                current = redirected(current, answer.headers());
            }
        }
        throw new ContentException.Unavailable(
                request.method() + " at " + WebOrigin.of(request.uri()) + " was redirected more than " + MAX_HOPS
                        + " times",
                null);
    }

    private static boolean isRedirect(int status, CallRequest request) {
        boolean read = request.method().equals("GET") || request.method().equals("HEAD");
        return switch (status) {
            case 301, 302, 303 -> read;
            case 307, 308 -> Authorizer.isRepeatable(request.body());
            default -> false;
        };
    }

    private static CallRequest redirected(CallRequest from, Headers answer) throws IOException {
        WebOrigin origin = WebOrigin.of(from.uri());
        URI target;
        WebOrigin to;
        try {
            target = from.uri().resolve(answer.first("Location").orElse(""));
            to = WebOrigin.of(target);
        } catch (IllegalArgumentException e) {
            throw new ContentException.Unavailable(origin + " redirected to something that is not a URL", e);
        }
        if (origin.scheme().equals("https") && !to.scheme().equals("https")) {
            throw new ContentException.Refused(
                    origin + " redirected to " + to + ", which is without TLS; not followed", false);
        }
        Headers headers = origin.equals(to)
                ? from.headers()
                : from.headers().without("Authorization").without("Cookie");
        return new CallRequest(from.method(), target, headers, from.body());
    }
}
