package dev.mangrove.proxy.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.ContentException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnsTest {
    @Test
    void moreThanMayWaitAreToldToComeBack() throws Exception {
        Turns turns = new Turns(1);
        turns.take();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> waiting = new ArrayList<>();
            for (int i = 0; i < Turns.MAX_WAITING; i++) {
                waiting.add(threads.submit(() -> {
                    turns.take();
                    turns.giveBack();
                    return true;
                }));
            }
            while (turns.waiting() < Turns.MAX_WAITING) {
                Thread.onSpinWait();
            }
            ContentException.Unavailable full = assertThrows(ContentException.Unavailable.class, turns::take);
            assertTrue(full.retryAfter().isPresent());
            turns.giveBack();
            for (Future<Boolean> each : waiting) {
                assertTrue(each.get());
            }
            assertEquals(0, turns.waiting());
        }
    }

    @Test
    void aTurnGivenBackForAWhileGoesToWhoeverIsWaitedForAndComesBack() throws Exception {
        Turns turns = new Turns(1);
        turns.take();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> awaited = threads.submit(() -> {
                turns.take();
                turns.giveBack();
                return true;
            });
            turns.giveBack();
            assertTrue(awaited.get());
            turns.retake();
            assertEquals(0, turns.waiting());
        }
    }
}
