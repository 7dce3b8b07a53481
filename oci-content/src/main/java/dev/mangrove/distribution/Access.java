package dev.mangrove.distribution;

import dev.mangrove.http.Headers;
import dev.mangrove.http.RequestHead;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.util.Optional;

/** Finds out who a request comes from, and tells clients how to log in. Safe for any thread. */
public interface Access {
    /** What is wanted of a repository. */
    enum Action {
        PULL,
        PUSH,
        DELETE
    }

    /**
     * Who asks and what the credentials of this request are good for; anonymous without credentials.
     *
     * @throws dev.mangrove.content.ContentException.Refused if credentials were sent and are wrong
     */
    Grant authenticate(RequestHead request) throws IOException;

    /** Headers for a 401 that tell the client how to log in; {@code repository} empty for {@code /v2/}. */
    Headers challenge(RequestHead request, Optional<Location> repository, Action action);

    /** Whether {@code GET /v2/} needs a login first. */
    boolean pingNeedsLogin();

    /** An access that asks for nothing: every request gets the same grant. */
    static Access always(Grant grant) {
        return new Access() {
            @Override
            public Grant authenticate(RequestHead request) {
                return grant;
            }

            @Override
            public Headers challenge(RequestHead request, Optional<Location> repository, Action action) {
                return Headers.none();
            }

            @Override
            public boolean pingNeedsLogin() {
                return false;
            }
        };
    }
}
