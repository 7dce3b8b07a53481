package dev.mangrove.distribution.client;

import java.time.Duration;

/** Waits. Passed in, so that tests need not. */
@FunctionalInterface
public interface Pause {
    /** Blocks this (virtual) thread for about that long; nothing of this project interrupts it. */
    void pause(Duration wait);

    /** Really waits. */
    Pause REAL = wait -> {
        try {
            Thread.sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    };
}
