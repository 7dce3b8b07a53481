package dev.mangrove.catalog.access;

import dev.mangrove.content.Caller;
import dev.mangrove.distribution.Access;
import dev.mangrove.distribution.Grant;
import dev.mangrove.http.Headers;
import dev.mangrove.http.RequestHead;
import dev.mangrove.oci.Location;
import java.util.List;
import java.util.Optional;

/**
 * Access of a catalog without a users file: everyone may pull, and whoever is on this machine may push and delete. Made for
 * the first minutes; a catalog that others push to has users. What a proxy on this machine passes on is nobody's on this
 * machine.
 */
public final class OpenAccess implements Access {
    /** Headers by which a proxy says that it speaks for somebody else. */
    private static final List<String> PASSED_ON = List.of("Forwarded", "X-Forwarded-For");

    @Override
    public Grant authenticate(RequestHead request) {
        boolean local = request.remote().getAddress().isLoopbackAddress()
                && PASSED_ON.stream()
                        .noneMatch(header -> request.headers().first(header).isPresent());
        return local ? Grant.everything(Caller.ANONYMOUS) : new PullOnly();
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
