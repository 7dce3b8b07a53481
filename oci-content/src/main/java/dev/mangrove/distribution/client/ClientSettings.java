package dev.mangrove.distribution.client;

import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * What all connections of a process share.
 *
 * @param node this node's name in {@code Via}: letters, digits, dots and dashes
 * @param trustedRealms token services on foreign sites that may see a registry's login
 */
public record ClientSettings(
        String node, InstantSource clock, RandomGenerator random, Pause pause, Set<WebOrigin> trustedRealms) {
    public ClientSettings {
        if (!node.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,127}")) {
            throw new IllegalArgumentException("a node's name has letters, digits, dots and dashes: " + node);
        }
        trustedRealms = Set.copyOf(trustedRealms);
    }

    /** Real time and chance. */
    public static ClientSettings of(String node) {
        RandomGenerator chance = () -> ThreadLocalRandom.current().nextLong();
        return new ClientSettings(node, InstantSource.system(), chance, Pause.REAL, Set.of());
    }
}
