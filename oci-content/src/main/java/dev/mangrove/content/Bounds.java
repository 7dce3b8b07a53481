package dev.mangrove.content;

import java.util.function.DoubleSupplier;

/** Sees queues, caches and pools: whoever owns one shows it, whoever composes a process turns it into a metric. */
@FunctionalInterface
public interface Bounds {
    /**
     * One of them.
     *
     * @param place its name, of lower-case letters and {@code _}
     * @param capacity what it holds at most
     * @param occupancy what it holds now; asked on any thread, must be quick
     */
    void bounded(String place, long capacity, DoubleSupplier occupancy);
}
