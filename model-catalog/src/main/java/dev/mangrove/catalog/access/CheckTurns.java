package dev.mangrove.catalog.access;

import dev.mangrove.distribution.TooManyRequestsException;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/** Lets few passwords be checked at once, because bcrypt is slow, and few logins wait for their turn. */
final class CheckTurns {
    static final int AT_ONCE = 2;
    static final int MAX_WAITING = 64;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Semaphore places = new Semaphore(AT_ONCE + MAX_WAITING);
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    /** One check. */
    @FunctionalInterface
    interface Check {
        boolean run() throws TooManyRequestsException;
    }

    /** @throws TooManyRequestsException if too many wait already */
    boolean inTurn(Check check) throws TooManyRequestsException {
        if (!places.tryAcquire()) {
            throw new TooManyRequestsException("too many logins at once; try again", RETRY_AFTER);
        }
        try {
            turns.acquireUninterruptibly();
            try {
                return check.run();
            } finally {
                turns.release();
            }
        } finally {
            places.release();
        }
    }
}
