package dev.mangrove.distribution.client;

import dev.mangrove.content.ContentException;
import dev.mangrove.http.Body;
import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpCaller;
import dev.mangrove.oci.InvalidNameException;
import dev.mangrove.oci.MalformedContentException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Gets tokens where a registry's challenge says to. The registry names the token service, so the registry could name a
 * thief: the login goes only to the registry's own site, or to an origin the operator listed; without TLS a foreign
 * service is not asked at all.
 */
final class TokenService {
    private static final int MAX_ANSWER_BYTES = 64 * 1024;

    private final HttpCaller http;
    private final WebOrigin registry;
    private final Set<WebOrigin> trustedRealms;
    private final InstantSource clock;

    TokenService(HttpCaller http, WebOrigin registry, Set<WebOrigin> trustedRealms, InstantSource clock) {
        this.http = http;
        this.registry = registry;
        this.trustedRealms = Set.copyOf(trustedRealms);
        this.clock = clock;
    }

    /** Where to get tokens, as a Bearer challenge said. */
    record Realm(URI uri, Optional<String> service) {
        static Realm of(Challenge challenge, WebOrigin registry) throws ContentException {
            String realm = challenge.parameter("realm").orElse("");
            try {
                URI uri = URI.create(realm);
                WebOrigin.of(uri);
                return new Realm(uri, challenge.parameter("service"));
            } catch (IllegalArgumentException e) {
                throw new ContentException.Unavailable(
                        "logging in to " + registry + " failed: its challenge names no usable token service", e);
            }
        }
    }

    /** Asks for a token with these scopes. */
    Token fetch(Realm realm, List<String> scopes, Optional<Login> login) throws IOException {
        WebOrigin at = WebOrigin.of(realm.uri());
        boolean trusted = registry.isSameSite(at) || trustedRealms.contains(at);
        if (!trusted && !at.scheme().equals("https")) {
            throw new ContentException.Refused(
                    registry + " sends to a token service on another site without TLS, " + at
                            + "; nothing was sent there",
                    false);
        }
        CallRequest request = request(realm, scopes, trusted ? login : Optional.empty());
        String what = "getting a token for " + registry + " from " + at;
        try (CallResponse answer = http.call(request)) {
            if (answer.status() != 200) {
                throw AnswerFailure.of(answer, what);
            }
            return Token.parse(CappedBody.read(answer, MAX_ANSWER_BYTES, what), clock.instant());
        } catch (MalformedContentException e) {
            throw new ContentException.Unavailable(what + " failed: " + e.getMessage(), e);
        }
    }

    private static CallRequest request(Realm realm, List<String> scopes, Optional<Login> login) {
        Headers headers = Headers.of("Accept", "application/json");
        StringBuilder query = new StringBuilder();
        realm.service().ifPresent(service -> parameter(query, "service", service));
        return switch (login.orElse(null)) {
            case Login.IdentityToken(String token) -> {
                parameter(query, "grant_type", "refresh_token");
                parameter(query, "client_id", "mangrove");
                parameter(query, "scope", String.join(" ", scopes));
                parameter(query, "refresh_token", token);
                byte[] form = query.toString().getBytes(StandardCharsets.UTF_8);
                yield new CallRequest(
                        "POST",
                        realm.uri(),
                        headers.with("Content-Type", "application/x-www-form-urlencoded"),
                        new Body.Bytes(form));
            }
            case Login.Password password ->
                CallRequest.of("GET", url(realm, query, scopes), headers.with("Authorization", password.basic()));
            case null -> CallRequest.of("GET", url(realm, query, scopes), headers);
        };
    }

    private static URI url(Realm realm, StringBuilder query, List<String> scopes) {
        scopes.forEach(scope -> parameter(query, "scope", scope));
        String base = realm.uri().toString();
        try {
            return URI.create(query.isEmpty() ? base : base + (realm.uri().getRawQuery() == null ? "?" : "&") + query);
        } catch (IllegalArgumentException e) {
            throw new InvalidNameException("URL", base, "not a token service");
        }
    }

    private static void parameter(StringBuilder query, String name, String value) {
        query.append(query.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
}
