package dev.mangrove.catalog.demo;

import java.util.Map;
import java.util.TreeMap;

/**
 * Bytes of blobs and manifests that a process has sent, by where it had them from.
 *
 * @param bySource {@code local}, {@code region}, ... to bytes
 */
record Counters(Map<String, Long> bySource) {
    Counters {
        bySource = Map.copyOf(bySource);
    }

    /** What was added since. */
    Counters since(Counters before) {
        Map<String, Long> added = new TreeMap<>();
        bySource.forEach((source, bytes) -> {
            long more = bytes - before.bySource.getOrDefault(source, 0L);
            if (more != 0) {
                added.put(source, more);
            }
        });
        return new Counters(added);
    }

    long from(String source) {
        return bySource.getOrDefault(source, 0L);
    }

    long total() {
        return bySource.values().stream().mapToLong(Long::longValue).sum();
    }
}
