package dev.mangrove.proxy.plan;

import dev.mangrove.content.ContentException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Lets a few deltas be applied at once, and a bounded number wait for that. Safe for any thread. */
final class Turns {
    /** As many as fills may wait: each is one. */
    static final int MAX_WAITING = 500;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final Semaphore free;

    Turns(int atOnce) {
        this.free = new Semaphore(atOnce, true);
    }

    /**
     * Waits for a turn; give it back.
     *
     * @throws ContentException.Unavailable if too many wait already
     */
    void take() throws ContentException {
        if (!free.tryAcquire()) {
            if (waiting() >= MAX_WAITING) {
                throw new ContentException.Unavailable(
                        "too many deltas wait to be applied; try again", null, Optional.of(RETRY_AFTER));
            }
            free.acquireUninterruptibly();
        }
    }

    void giveBack() {
        free.release();
    }

    /** Waits for a turn again, in place of one given back for a while; whatever the number of those who wait. */
    void retake() {
        free.acquireUninterruptibly();
    }

    /** Deltas that wait. */
    int waiting() {
        return free.getQueueLength();
    }
}
