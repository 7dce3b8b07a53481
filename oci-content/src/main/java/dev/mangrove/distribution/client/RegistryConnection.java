package dev.mangrove.distribution.client;

import dev.mangrove.distribution.Via;
import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpCaller;
import java.io.IOException;
import java.util.List;

/** One registry and the layers that talk to it; what {@link DistributionClient} and {@link PushClient} stand on. */
public record RegistryConnection(RegistryUrl url, ScopedCaller caller) {
    /** Stacks the layers: breaker, patience, redirects, login, and our name on every request. */
    public static RegistryConnection open(
            HttpCaller http, RegistryUrl url, Credentials credentials, ClientSettings settings) {
        WebOrigin origin = url.origin();
        HttpCaller named = request -> http.call(named(request, settings.node()));
        ScopedCaller authorized =
                new Authorizer(named, origin, credentials, settings.trustedRealms(), settings.clock());
        ScopedCaller patient = new Patience(new Redirects(authorized), settings.pause(), settings.random());
        return new RegistryConnection(url, new CircuitBreaker(patient, origin, settings.clock(), settings.random()));
    }

    /** Sends a request with the rights to pull. */
    CallResponse pull(CallRequest request, Scope scope) throws IOException {
        return caller.call(request, List.of(scope));
    }

    /** {@code identity}, because bytes are hashed and counted as they are stored. */
    private static CallRequest named(CallRequest request, String node) {
        Headers headers = request.headers()
                .and(Via.current().next(node))
                .with("User-Agent", "mangrove")
                .with("Accept-Encoding", "identity");
        return new CallRequest(request.method(), request.uri(), headers, request.body());
    }
}
