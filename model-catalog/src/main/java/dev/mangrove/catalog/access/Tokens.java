package dev.mangrove.catalog.access;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Makes tokens and reads them again. A token lives shorter than most pushes: clients fetch another when one is refused. */
public final class Tokens {
    /** What the catalog calls itself in challenges and tokens. */
    static final String SERVICE = "mangrove";

    static final Duration LIFETIME = Duration.ofMinutes(10);
    private final TokenCodec codec;
    private final InstantSource clock;

    /** @param key secret of this catalog, kept across restarts */
    public Tokens(byte[] key, InstantSource clock, SecureRandom random) {
        this.codec = new TokenCodec(key, SERVICE, clock, random);
        this.clock = clock;
    }

    Token grant(Optional<String> user, List<Scope> scopes) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        return new Token(user, scopes, now, now.plus(LIFETIME));
    }

    String write(Token token) {
        return codec.write(token);
    }

    Optional<Token> read(String text) {
        return codec.read(text);
    }
}
