package dev.mangrove.proxy.pullthrough;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** A bounded map that forgets: each entry after its time, the least recently used first when it is full. */
final class Expiring<K, V> {
    private record Entry<V>(V value, Instant until, long bytes) {}

    private final int maxEntries;
    private final long maxBytes;
    private final ToLongFunction<V> sizeOf;
    private final Duration life;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<K, Entry<V>> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    Expiring(int maxEntries, Duration life, InstantSource clock) {
        this(maxEntries, Long.MAX_VALUE, _ -> 0, life, clock);
    }

    /**
     * One whose values may be large.
     *
     * @param sizeOf about how many bytes of memory a value takes
     */
    Expiring(int maxEntries, long maxBytes, ToLongFunction<V> sizeOf, Duration life, InstantSource clock) {
        this.maxEntries = maxEntries;
        this.maxBytes = maxBytes;
        this.sizeOf = sizeOf;
        this.life = life;
        this.clock = clock;
    }

    void put(K key, V value) {
        lock.lock();
        try {
            remove(key);
            Entry<V> entry = new Entry<>(value, clock.instant().plus(life), sizeOf.applyAsLong(value));
            entries.put(key, entry);
            bytes += entry.bytes();
            while (entries.size() > maxEntries || bytes > maxBytes) {
                remove(entries.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }

    Optional<V> get(K key) {
        lock.lock();
        try {
            Entry<V> entry = entries.get(key);
            if (entry != null && !clock.instant().isBefore(entry.until())) {
                remove(key);
                return Optional.empty();
            }
            return Optional.ofNullable(entry).map(Entry::value);
        } finally {
            lock.unlock();
        }
    }

    /** Holds the lock. */
    private void remove(K key) {
        Entry<V> removed = entries.remove(key);
        bytes -= removed == null ? 0 : removed.bytes();
    }

    /** About how many bytes of memory the values take. */
    long bytes() {
        lock.lock();
        try {
            return bytes;
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
            entries.keySet().stream().filter(which).toList().forEach(this::remove);
        } finally {
            lock.unlock();
        }
    }
}
