package dev.mangrove.distribution.client;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What proves who we are to one server. Its text form never shows the secret. */
public sealed interface Login {
    /** A name and a password, or an access token in place of one. */
    record Password(String username, String password) implements Login {
        /** The value of an {@code Authorization} header. */
        public String basic() {
            byte[] pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(pair);
        }

        @Override
        public String toString() {
            return "Password[" + username + "]";
        }
    }

    /** A refresh token that a registry's token service once gave ({@code identitytoken} in docker's configuration). */
    record IdentityToken(String token) implements Login {
        @Override
        public String toString() {
            return "IdentityToken[]";
        }
    }
}
