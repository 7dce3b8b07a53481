package dev.mangrove.proxy.pullthrough;

import dev.mangrove.oci.ByteRange;
import java.util.ArrayList;
import java.util.List;

/**
 * Ranges that readers want while it is not decided yet how a blob is filled, or while it comes by a shortcut, which writes
 * in order: they are asked for only once an upstream is. Safe for any thread.
 */
final class WantedEarly {
    /** More are forgotten: the fill comes to them anyway. */
    private static final int MAX_RANGES = 256;

    private final List<ByteRange> ranges = new ArrayList<>();
    private boolean ended;

    /** Takes note of a range; false if it is too late for that. */
    synchronized boolean add(ByteRange range) {
        if (!ended && ranges.size() < MAX_RANGES) {
            ranges.add(range);
        }
        return !ended;
    }

    /** Ends the waiting. */
    synchronized List<ByteRange> end() {
        ended = true;
        return List.copyOf(ranges);
    }
}
