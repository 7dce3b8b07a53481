package dev.mangrove.proxy.upstream;

import dev.mangrove.content.Origin;
import dev.mangrove.distribution.client.DistributionClient;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.RepositoryName;
import java.util.Optional;

/**
 * One registry to pull from. Its login is bound to its client, so what an entry may see is decided by which entry serves
 * a repository: an entry with a {@code prefix} serves only what lies below, with its own login.
 *
 * @param name for messages, metrics and records, for example {@code docker.io} or {@code region}
 * @param serves which repositories it has
 * @param origin what clients are told of bytes from there
 */
public record Upstream(String name, Serves serves, Origin origin, DistributionClient client) {
    /** Which repositories an upstream has, and what they are called there. */
    public sealed interface Serves {
        /** What the repository is called there; empty if it is not served from there. */
        Optional<Location> remote(Location asked);
    }

    /**
     * A parent of the home catalog's names.
     *
     * @param relays whether it proxies foreign registries too, under their host's name: a region does
     */
    public record Parent(boolean relays) implements Serves {
        @Override
        public Optional<Location> remote(Location asked) {
            return asked.registry().isEmpty() || relays ? Optional.of(asked) : Optional.empty();
        }
    }

    /**
     * A foreign registry.
     *
     * @param registry the host that names it in a {@link Location}
     * @param prefix a repository, or the leading components of some; empty for all
     */
    public record Foreign(String registry, Optional<RepositoryName> prefix) implements Serves {
        private static final String DOCKER_HUB = "docker.io";

        @Override
        public Optional<Location> remote(Location asked) {
            if (!asked.registry().equals(Optional.of(registry))) {
                return Optional.empty();
            }
            RepositoryName there = official(asked.repository());
            return prefix.isEmpty() || isBelow(there.value(), prefix.get().value())
                    ? Optional.of(new Location(Optional.empty(), there))
                    : Optional.empty();
        }

        private static boolean isBelow(String repository, String prefix) {
            return repository.equals(prefix) || repository.startsWith(prefix + "/");
        }

        /** Docker Hub keeps its one-word images under {@code library/}; clients add it only for the Hub itself. */
        private RepositoryName official(RepositoryName asked) {
            return registry.equals(DOCKER_HUB) && asked.value().indexOf('/') < 0
                    ? new RepositoryName("library/" + asked)
                    : asked;
        }
    }

    /** How many characters of a repository's name the entry is specific about: the most specific one serves it. */
    int specificity() {
        return switch (serves) {
            case Foreign foreign ->
                1 + foreign.prefix().map(p -> p.value().length()).orElse(0);
            case Parent parent -> 0;
        };
    }
}
