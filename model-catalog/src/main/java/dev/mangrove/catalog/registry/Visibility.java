package dev.mangrove.catalog.registry;

import dev.mangrove.content.Caller;
import dev.mangrove.oci.Location;

/** Whether a caller may know of a repository at all. */
@FunctionalInterface
public interface Visibility {
    boolean visible(Location repository, Caller caller);
}
