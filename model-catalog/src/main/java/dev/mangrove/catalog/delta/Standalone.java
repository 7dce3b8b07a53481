package dev.mangrove.catalog.delta;

import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Sizes of blobs compressed without a base, as found lately: what a delta has to beat. Each repository has its own, or
 * what one gets would depend on, and tell, what another has. For one thread.
 */
final class Standalone {
    private static final int MAX_REMEMBERED = 10_000;

    private record Key(Location repository, Digest blob) {}

    private final Map<Key, Long> sizes = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Long> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    Optional<Long> sizeOf(Location repository, Digest blob) {
        return Optional.ofNullable(sizes.get(new Key(repository, blob)));
    }

    void remember(Location repository, Digest blob, long sizeBytes) {
        sizes.put(new Key(repository, blob), sizeBytes);
    }
}
