package dev.mangrove.catalog.delta;

import dev.mangrove.oci.Digest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Sizes of blobs compressed without a base, as found lately: what a delta has to beat. For one thread. */
final class Standalone {
    private static final int MAX_REMEMBERED = 10_000;

    private final Map<Digest, Long> sizes = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, Long> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    Optional<Long> sizeOf(Digest blob) {
        return Optional.ofNullable(sizes.get(blob));
    }

    void remember(Digest blob, long sizeBytes) {
        sizes.put(blob, sizeBytes);
    }
}
