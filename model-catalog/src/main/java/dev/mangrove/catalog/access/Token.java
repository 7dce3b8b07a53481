package dev.mangrove.catalog.access;

import dev.mangrove.content.Caller;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a token says.
 *
 * @param user empty for a token given without a login
 * @param scopes what it was asked for and granted
 */
record Token(Optional<String> user, List<Scope> scopes, Instant issuedAt, Instant expiresAt) {
    Token {
        scopes = List.copyOf(scopes);
    }

    Caller caller() {
        return user.<Caller>map(Caller.User::new).orElse(Caller.ANONYMOUS);
    }
}
