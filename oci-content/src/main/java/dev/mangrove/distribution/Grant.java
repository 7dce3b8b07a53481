package dev.mangrove.distribution;

import dev.mangrove.content.Caller;
import dev.mangrove.oci.Location;

/**
 * Who sent a request, and what its credentials allow. A token may allow less than its user: this is about the request,
 * a gate further down is about the caller.
 */
public interface Grant {
    /** Who asks. */
    Caller caller();

    /** Whether that may be done with these credentials. */
    boolean allows(Location repository, Access.Action action);

    /** Whether other credentials may help where these do not: a 401 rather than a 403. */
    boolean loginHelps();

    /** A grant of everything to one caller, for example to everyone on an agent's loopback. */
    static Grant everything(Caller who) {
        return new Grant() {
            @Override
            public Caller caller() {
                return who;
            }

            @Override
            public boolean allows(Location repository, Access.Action action) {
                return true;
            }

            @Override
            public boolean loginHelps() {
                return false;
            }
        };
    }
}
