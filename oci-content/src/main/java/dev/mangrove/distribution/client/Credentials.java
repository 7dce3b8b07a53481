package dev.mangrove.distribution.client;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Finds the login for a server. Asked with the exact origin that will see it. */
@FunctionalInterface
public interface Credentials {
    /** Nobody logged in. */
    Credentials NONE = origin -> Optional.empty();

    /**
     * The login for that origin, if there is one.
     *
     * @throws dev.mangrove.content.ContentException.Refused if there should be one and it cannot be read
     */
    Optional<Login> find(WebOrigin origin) throws IOException;

    /** The given login, for exactly one origin. */
    static Credentials only(WebOrigin bound, Login login) {
        return origin -> origin.equals(bound) ? Optional.of(login) : Optional.empty();
    }

    /** Asks one after the other; the first login found wins. */
    static Credentials firstOf(List<Credentials> several) {
        List<Credentials> inOrder = List.copyOf(several);
        return origin -> {
            for (Credentials credentials : inOrder) {
                Optional<Login> found = credentials.find(origin);
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        };
    }
}
