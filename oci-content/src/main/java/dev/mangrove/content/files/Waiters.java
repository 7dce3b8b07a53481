package dev.mangrove.content.files;

import dev.mangrove.oci.ByteRange;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;

/** The readers that wait for bytes of a partial blob, longest first. All of it belongs to the lock of {@link PartialState}. */
final class Waiters {
    private final Set<Waiter> waiting = new LinkedHashSet<>();

    /** One reader. */
    static final class Waiter {
        final Condition changed;
        long offset;
        boolean closed;
        /** What it has read came after the source was changed so often; 0: it has read nothing. */
        int beginning;

        Waiter(Condition changed) {
            this.changed = changed;
        }
    }

    void add(Waiter waiter) {
        waiting.add(waiter);
    }

    void remove(Waiter waiter) {
        waiting.remove(waiter);
    }

    /** Where the reader waits that has waited longest; -1 if nobody waits for bytes. */
    long firstAwaited(Coverage coverage) {
        for (Waiter waiter : waiting) {
            if (!coverage.has(waiter.offset)) {
                return waiter.offset;
            }
        }
        return -1;
    }

    /**
     * Whether somebody waits for a byte outside of the range, and nobody inside. Who reads just before the range, by not
     * more than its length, counts as inside: it will wait there in a moment.
     */
    boolean areOnlyOutside(ByteRange range, Coverage coverage) {
        boolean outside = false;
        for (Waiter waiter : waiting) {
            if (waiter.offset >= range.offset() - range.length() && waiter.offset < range.end()) {
                return false;
            }
            outside |= !coverage.has(waiter.offset);
        }
        return outside;
    }

    void wakeSatisfied(Coverage coverage) {
        for (Waiter waiter : waiting) {
            if (coverage.has(waiter.offset)) {
                waiter.changed.signal();
            }
        }
    }

    void wakeAll() {
        waiting.forEach(waiter -> waiter.changed.signal());
    }
}
