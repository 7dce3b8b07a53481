package dev.mangrove.distribution;

import dev.mangrove.oci.Location;
import dev.mangrove.oci.RepositoryName;
import java.util.Optional;
import java.util.Set;

/**
 * Turns what a URL names into a location. {@code ?ns=} (distribution specification, "Registry Proxying") is a key to look
 * up, never an address to dial.
 */
@FunctionalInterface
public interface Naming {
    /**
     * The location meant by the name in the path and, if sent, the registry in {@code ?ns=}.
     *
     * @return empty if this server has no such registry
     * @throws dev.mangrove.oci.InvalidNameException if either does not follow its grammar
     */
    Optional<Location> locate(String name, Optional<String> namespace);

    /** Of a catalog: home names only; {@code ns} may say one of the catalog's own host names. */
    static Naming homeOnly(Set<String> ownNames) {
        return (name, namespace) -> any(ownNames).locate(name, namespace).filter(found -> found.registry()
                .isEmpty());
    }

    /** Of a region or an agent: home names, and those of any registry; {@code homeNames} are the catalog's host names. */
    static Naming any(Set<String> homeNames) {
        return (name, namespace) -> {
            if (namespace.isEmpty()) {
                return Optional.of(Location.parse(name));
            }
            Location foreign = Location.foreign(namespace.get(), name);
            return Optional.of(homeNames.contains(namespace.get()) ? home(name) : foreign);
        };
    }

    private static Location home(String name) {
        return new Location(Optional.empty(), new RepositoryName(name));
    }
}
