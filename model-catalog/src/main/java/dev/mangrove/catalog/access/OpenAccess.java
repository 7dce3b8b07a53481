package dev.mangrove.catalog.access;

import dev.mangrove.content.Caller;
import dev.mangrove.distribution.Access;
import dev.mangrove.distribution.Grant;
import dev.mangrove.http.Headers;
import dev.mangrove.http.RequestHead;
import dev.mangrove.oci.Location;
import java.util.Optional;

/**
 * Access of a catalog without a users file: everyone may pull, and whoever is on this machine may push and delete. Made for
 * the first minutes; a catalog that others push to has users.
 */
public final class OpenAccess implements Access {
    @Override
    public Grant authenticate(RequestHead request) {
        return request.remote().getAddress().isLoopbackAddress() ? Grant.everything(Caller.ANONYMOUS) : new PullOnly();
    }

    @Override
    public Headers challenge(RequestHead request, Optional<Location> repository, Action action) {
        return Headers.none();
    }

    @Override
    public boolean pingNeedsLogin() {
        return false;
    }

    private record PullOnly() implements Grant {
        @Override
        public Caller caller() {
            return Caller.ANONYMOUS;
        }

        @Override
        public boolean allows(Location repository, Action action) {
            return action == Action.PULL;
        }

        @Override
        public boolean loginHelps() {
            return false;
        }
    }
}
