package dev.mangrove.proxy.pullthrough;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** A bounded map that forgets: each entry after its time, the least recently used first when it is full. */
final class Expiring<K, V> {
    private record Entry<V>(V value, Instant until) {}

    private final Duration life;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<K, Entry<V>> entries;

    Expiring(int maxEntries, Duration life, InstantSource clock) {
        this.life = life;
        this.clock = clock;
        this.entries = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, Expiring.Entry<V>> eldest) {
                return size() > maxEntries;
            }
        };
    }

    void put(K key, V value) {
        lock.lock();
        try {
            entries.put(key, new Entry<>(value, clock.instant().plus(life)));
        } finally {
            lock.unlock();
        }
    }

    Optional<V> get(K key) {
        lock.lock();
        try {
            Entry<V> entry = entries.get(key);
            if (entry != null && !clock.instant().isBefore(entry.until())) {
                entries.remove(key);
                return Optional.empty();
            }
            return Optional.ofNullable(entry).map(Entry::value);
        } finally {
            lock.unlock();
        }
    }

    /** Entries, also those whose time is over and that nobody asked for since. */
    int size() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }

    void forget(Predicate<K> which) {
        lock.lock();
        try {
            entries.keySet().removeIf(which);
        } finally {
            lock.unlock();
        }
    }
}
