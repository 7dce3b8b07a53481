package dev.mangrove.distribution;

import dev.mangrove.content.Caller;
import dev.mangrove.http.Headers;
import dev.mangrove.http.RequestHead;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.util.Optional;

/** Who a request comes from and what it may do. */
public interface Access {
    /** What is wanted of a repository. */
    enum Action {
        PULL,
        PUSH,
        DELETE
    }

    /**
     * Who asks; anonymous without credentials.
     *
     * @throws dev.mangrove.content.ContentException.Refused if credentials were sent and are wrong
     */
    Caller authenticate(RequestHead request) throws IOException;

    /** Whether the caller may do that. */
    boolean allows(Caller caller, Location repository, Action action);

    /** Headers for a 401 that tell the client how to log in; {@code repository} empty for {@code /v2/}. */
    Headers challenge(RequestHead request, Optional<Location> repository, Action action);

    /** Whether {@code GET /v2/} needs a login first. */
    boolean pingNeedsLogin();
}
