package dev.mangrove.content.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.MovableClock;
import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.files.StoreLimits;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Tag;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupCommitTest {
    @TempDir
    private Path root;

    private final MovableClock clock = new MovableClock();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger applied = new AtomicInteger();

    @Test
    void whoSharesABatchThatEndsInAnErrorIsNotAcknowledged() throws Exception {
        try (FileStore store = FileStore.open(root, StoreLimits.NONE, clock)) {
            NamesLog log = NamesLog.open(store.disk(), store.logDirectory());
            GroupCommit commits = new GroupCommit(log, this::applyOne, store.ballast());
            List<Thread> appending = new ArrayList<>();
            commits.exclusively(() -> {
                for (int i = 0; i < 2; i++) {
                    int number = i;
                    appending.add(Thread.ofPlatform().start(() -> append(commits, number)));
                }
                for (Thread thread : appending) {
                    while (thread.getState() != Thread.State.WAITING) { // for its turn, queued
                        Thread.onSpinWait();
                    }
                }
            });
            for (Thread thread : appending) {
                thread.join();
            }
            assertEquals(0, acknowledged.get());
            assertTrue(commits.failure().isPresent(), "the view has missed a unit, and must not see later ones");
            append(commits, 3);
            assertEquals(0, acknowledged.get());
            assertFalse(applied.get() > 1);
            log.close();
        }
    }

    private void applyOne(long position, List<NameRecord> records) {
        if (applied.getAndIncrement() == 0) {
            throw new OutOfMemoryError("thrown by the test");
        }
    }

    private void append(GroupCommit commits, int number) {
        Digest digest =
                Digest.ofBytes(Algorithm.SHA256, Integer.toString(number).getBytes(StandardCharsets.UTF_8));
        List<NameRecord> records = List.of(
                new NameRecord.TagMoved(Location.parse("acme/a"), new Tag("t"), digest, clock.instant(), "ann"));
        try {
            commits.append(RecordCodec.encode(records), records);
            acknowledged.incrementAndGet();
        } catch (Exception | OutOfMemoryError e) {
            // not acknowledged: what the test is about
        }
    }
}
