package dev.mangrove.distribution.client;

import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Tokens by scope; each is fetched by one thread at a time while the others that want it wait, and renewed before its end. */
final class TokenCache {
    private static final int MAX_SCOPES = 1_000;

    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<List<Scope>, Slot> slots = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<List<Scope>, Slot> eldest) {
            return size() > MAX_SCOPES;
        }
    };

    TokenCache(InstantSource clock) {
        this.clock = clock;
    }

    /** Gets a new token. */
    @FunctionalInterface
    interface Fetch {
        Token fetch() throws IOException;
    }

    private static final class Slot {
        private final ReentrantLock fetching = new ReentrantLock();
        private volatile Optional<Token> token = Optional.empty();
    }

    /**
     * The token for these scopes.
     *
     * @param refused a token the registry just turned down, so that it is not given again
     */
    Token get(List<Scope> scopes, Optional<Token> refused, Fetch fetch) throws IOException {
        Slot slot = slot(scopes);
        slot.fetching.lock();
        try {
            Optional<Token> known =
                    slot.token.filter(t -> t.isFresh(clock.instant()) && !refused.equals(Optional.of(t)));
            if (known.isPresent()) {
                return known.get();
            }
            Token fetched = fetch.fetch();
            slot.token = Optional.of(fetched);
            return fetched;
        } finally {
            slot.fetching.unlock();
        }
    }

    private Slot slot(List<Scope> scopes) {
        lock.lock();
        try {
            return slots.computeIfAbsent(scopes, key -> new Slot());
        } finally {
            lock.unlock();
        }
    }
}
