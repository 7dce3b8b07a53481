package dev.mangrove.catalog.access;

import dev.mangrove.content.Caller;
import dev.mangrove.content.ContentException;
import dev.mangrove.distribution.Access;
import dev.mangrove.distribution.Grant;
import dev.mangrove.http.Headers;
import dev.mangrove.http.RequestHead;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.util.Optional;

/**
 * Access of a catalog with users: tokens from {@code /token}, or name and password with every request. The challenge names
 * the token endpoint on the host that the client asked, in the one form that every client reads.
 */
public final class CatalogAccess implements Access {
    private static final String BEARER = "bearer ";
    private final Rules rules;
    private final Logins logins;
    private final Tokens tokens;

    public CatalogAccess(Rules rules, Logins logins, Tokens tokens) {
        this.rules = rules;
        this.logins = logins;
        this.tokens = tokens;
    }

    @Override
    public Grant authenticate(RequestHead request) throws IOException {
        Optional<String> header = request.headers().first("Authorization");
        if (header.isEmpty()) {
            return new UserGrant(Caller.ANONYMOUS, rules);
        }
        Optional<String> bearer = bearer(header.get());
        if (bearer.isPresent()) {
            Token token = tokens.read(bearer.get())
                    .orElseThrow(() -> new ContentException.Refused("the token is not valid, or not any more", true));
            return new TokenGrant(token, rules);
        }
        return new UserGrant(new Caller.User(login(request, header.get())), rules);
    }

    private String login(RequestHead request, String header) throws IOException {
        BasicCredentials given = BasicCredentials.parse(header)
                .orElseThrow(() -> new ContentException.Refused("log in with name and password, or a token", true));
        if (!logins.accept(request.remote().getAddress(), given.user(), given.password())) {
            throw new ContentException.Refused("unknown user, or wrong password", true);
        }
        return given.user();
    }

    private static Optional<String> bearer(String header) {
        return header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? Optional.of(header.substring(BEARER.length()).strip())
                : Optional.empty();
    }

    @Override
    public Headers challenge(RequestHead request, Optional<Location> repository, Action action) {
        StringBuilder value = new StringBuilder("Bearer realm=\"")
                .append(SelfAddress.of(request))
                .append("/token\",service=\"")
                .append(Tokens.SERVICE)
                .append('"');
        repository.ifPresent(named -> value.append(",scope=\"")
                .append(Scope.wanted(named.toString(), action))
                .append('"'));
        if (repository.isEmpty() && request.rawPath().endsWith("/_catalog")) {
            value.append(",scope=\"registry:catalog:*\"");
        }
        Optional<String> bearer = request.headers().first("Authorization").flatMap(CatalogAccess::bearer);
        bearer.ifPresent(token -> value.append(",error=\"")
                .append(tokens.read(token).isPresent() ? "insufficient_scope" : "invalid_token")
                .append('"'));
        return Headers.of("WWW-Authenticate", value.toString());
    }

    @Override
    public boolean pingNeedsLogin() {
        return true;
    }

    /** Of a user who proved the name with this request, or of nobody. */
    private record UserGrant(Caller caller, Rules rules) implements Grant {
        @Override
        public boolean allows(Location repository, Action action) {
            return rules.allow(caller, repository, action);
        }

        @Override
        public boolean loginHelps() {
            return caller instanceof Caller.Anonymous;
        }
    }

    /** Of a token: what it was made for, as far as the rules still allow it. */
    private record TokenGrant(Token token, Rules rules) implements Grant {
        @Override
        public Caller caller() {
            return token.caller();
        }

        @Override
        public boolean allows(Location repository, Action action) {
            return token.scopes().stream()
                            .anyMatch(scope -> scope.name().equals(repository.toString())
                                    && scope.actions().contains(action))
                    && rules.allow(caller(), repository, action);
        }

        @Override
        public boolean loginHelps() {
            return true;
        }
    }
}
