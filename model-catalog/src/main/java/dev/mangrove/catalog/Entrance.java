package dev.mangrove.catalog;

import dev.mangrove.catalog.access.CatalogAccess;
import dev.mangrove.catalog.access.Logins;
import dev.mangrove.catalog.access.OpenAccess;
import dev.mangrove.catalog.access.PasswordFile;
import dev.mangrove.catalog.access.Rules;
import dev.mangrove.catalog.access.TokenEndpoint;
import dev.mangrove.catalog.access.Tokens;
import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.distribution.Access;
import dev.mangrove.http.HttpHandler;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;

/**
 * How clients get in: with users, or without.
 *
 * @param token what answers {@code /token}; nothing where nobody can log in
 */
record Entrance(Access access, Optional<HttpHandler> token) {
    static Entrance of(CatalogConfig config, Tokens tokens, InstantSource clock, SecureRandom random)
            throws IOException {
        Rules rules = config.rules();
        if (config.users().isEmpty()) {
            if (!rules.anonymousPull()) {
                throw new Failure(
                        ExitCode.USAGE,
                        "access.anonymous-pull is false, but there are no users who could log in",
                        "name an htpasswd file in access.users");
            }
            return new Entrance(new OpenAccess(), Optional.empty());
        }
        Logins logins = new Logins(PasswordFile.open(config.users().get(), clock), clock, random);
        return new Entrance(
                new CatalogAccess(rules, logins, tokens), Optional.of(new TokenEndpoint(rules, logins, tokens)));
    }
}
