package dev.mangrove.content.files;

import java.io.IOException;
import java.io.InterruptedIOException;

/**
 * Lets a little time pass, in which a file system may give back the space of deleted files: btrfs does so with its next
 * commit, XFS in the background.
 */
@FunctionalInterface
interface Settling {
    int STEP_MILLIS = 250;

    /** The longest interval between two commits of btrfs is 30 s, unless somebody set another. */
    int MAX_STEPS = 35_000 / STEP_MILLIS;

    void step() throws IOException;

    static Settling sleeping() {
        return () -> {
            try {
                Thread.sleep(STEP_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while the disk freed space");
            }
        };
    }

    /** The steps that one call may take in all. */
    final class Patience {
        private final Settling settling;
        private int stepsLeft = MAX_STEPS;

        Patience(Settling settling) {
            this.settling = settling;
        }

        /** Takes a step; false, at once, if there were enough of them. */
        boolean step() throws IOException {
            if (stepsLeft == 0) {
                return false;
            }
            stepsLeft--;
            settling.step();
            return true;
        }
    }
}
