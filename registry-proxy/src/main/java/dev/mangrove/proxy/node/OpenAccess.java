package dev.mangrove.proxy.node;

import dev.mangrove.content.Caller;
import dev.mangrove.distribution.Access;
import dev.mangrove.distribution.Grant;
import dev.mangrove.http.Headers;
import dev.mangrove.http.RequestHead;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.util.Optional;

/**
 * Everyone who reaches the node may read, with any credentials or none. Where the parent wants a login for pushes, the
 * ping of a client that shows none is challenged: docker decides by the ping alone whether to log in at all.
 */
final class OpenAccess implements Access {
    private final Grant grant;
    private final ParentPing ping;

    OpenAccess(Caller caller, ParentPing ping) {
        this.grant = Grant.everything(caller);
        this.ping = ping;
    }

    @Override
    public Grant authenticate(RequestHead request) throws IOException {
        return grant;
    }

    @Override
    public Headers challenge(RequestHead request, Optional<Location> repository, Action action) {
        String host = request.headers().first("Host").orElse("localhost");
        String self = (request.secure() ? "https://" : "http://") + host;
        return Headers.of("WWW-Authenticate", "Bearer realm=\"" + self + "/token\",service=\"mangrove\"");
    }

    @Override
    public boolean pingNeedsLogin() {
        return ping.needsLogin();
    }
}
