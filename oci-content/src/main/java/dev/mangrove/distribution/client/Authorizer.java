package dev.mangrove.distribution.client;

import dev.mangrove.http.Body;
import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import dev.mangrove.http.HttpCaller;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Logs in to one registry: answers its Bearer and Basic challenges and from then on sends what worked without being
 * asked. A request to any other origin passes through without credentials.
 */
final class Authorizer implements ScopedCaller {
    private final HttpCaller http;
    private final WebOrigin registry;
    private final Credentials credentials;
    private final TokenService service;
    private final TokenCache tokens;
    private volatile Optional<TokenService.Realm> bearer = Optional.empty();
    private volatile boolean basic;

    Authorizer(
            HttpCaller http,
            WebOrigin registry,
            Credentials credentials,
            Set<WebOrigin> trustedRealms,
            InstantSource clock) {
        this.http = http;
        this.registry = registry;
        this.credentials = credentials;
        this.service = new TokenService(http, registry, trustedRealms, clock);
        this.tokens = new TokenCache(clock);
    }

    /** What an {@code Authorization} header says, and the token it was made of. */
    private record Proof(String header, Optional<Token> token) {
        static Proof of(Token token) {
            return new Proof("Bearer " + token.value(), Optional.of(token));
        }

        @Override
        public String toString() {
            return "Proof[]";
        }
    }

    @Override
    public CallResponse call(CallRequest request, List<Scope> scopes) throws IOException {
        if (!WebOrigin.of(request.uri()).equals(registry)) {
            return http.call(request);
        }
        Optional<Proof> sent = known(scopes);
        CallResponse answer = http.call(with(request, sent));
        if (answer.status() != 401 || !isRepeatable(request.body())) {
            return answer;
        }
        Optional<Proof> better;
        try {
            better = answer(answer, scopes, sent);
        } catch (IOException | RuntimeException e) {
            answer.close();
            throw e;
        }
        if (better.isEmpty()) {
            return answer;
        }
        answer.close();
        return http.call(with(request, better));
    }

    private Optional<Proof> known(List<Scope> scopes) throws IOException {
        Optional<TokenService.Realm> realm = bearer;
        if (realm.isPresent()) {
            List<String> asked = scopes.stream().map(Scope::toString).toList();
            return Optional.of(Proof.of(tokens.get(scopes, Optional.empty(), () -> fetch(realm.get(), asked))));
        }
        return basic ? password() : Optional.empty();
    }

    private Optional<Proof> answer(CallResponse refusal, List<Scope> scopes, Optional<Proof> sent) throws IOException {
        List<Challenge> challenges = Challenge.parse(refusal.headers().all("WWW-Authenticate"));
        Optional<Challenge> offered = first(challenges, "bearer");
        if (offered.isPresent()) {
            TokenService.Realm realm = TokenService.Realm.of(offered.get(), registry);
            List<String> asked = asked(offered.get(), scopes);
            Optional<Token> refused = sent.flatMap(Proof::token);
            Token token = tokens.get(scopes, refused, () -> fetch(realm, asked));
            bearer = Optional.of(realm);
            return Optional.of(Proof.of(token));
        }
        if (first(challenges, "basic").isPresent() && !basic) {
            Optional<Proof> password = password();
            basic = password.isPresent();
            return password;
        }
        return Optional.empty();
    }

    /** The registry knows best how it spells the first scope; what else the request needs is added. */
    private static List<String> asked(Challenge challenge, List<Scope> scopes) {
        Optional<String> spelled = challenge.parameter("scope").filter(scope -> !scope.isBlank());
        if (spelled.isEmpty()) {
            return scopes.stream().map(Scope::toString).toList();
        }
        List<String> asked = new ArrayList<>(List.of(spelled.get().strip().split("\\s+")));
        scopes.stream()
                .skip(1)
                .map(Scope::toString)
                .filter(s -> !asked.contains(s))
                .forEach(asked::add);
        return asked;
    }

    private Token fetch(TokenService.Realm realm, List<String> asked) throws IOException {
        return service.fetch(realm, asked, credentials.find(registry));
    }

    private Optional<Proof> password() throws IOException {
        return credentials
                .find(registry)
                .filter(Login.Password.class::isInstance)
                .map(login -> new Proof(((Login.Password) login).basic(), Optional.empty()));
    }

    private static Optional<Challenge> first(List<Challenge> challenges, String scheme) {
        return challenges.stream().filter(c -> c.scheme().equals(scheme)).findFirst();
    }

    private static CallRequest with(CallRequest request, Optional<Proof> proof) {
        return proof.map(p -> new CallRequest(
                        request.method(),
                        request.uri(),
                        request.headers().without("Authorization").with("Authorization", p.header()),
                        request.body()))
                .orElse(request);
    }

    static boolean isRepeatable(Body body) {
        return switch (body) {
            case Body.Empty empty -> true;
            case Body.LengthOnly said -> true;
            case Body.Bytes bytes -> true;
            case Body.FileSlice slice -> true;
            case Body.ArrivingSlice slice -> true;
            case Body.Stream stream -> false;
            case Body.Chunked chunked -> false;
        };
    }
}
