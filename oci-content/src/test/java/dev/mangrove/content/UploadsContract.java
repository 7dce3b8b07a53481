package dev.mangrove.content;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Uploads} beside a {@link BlobStore} must do. */
public abstract class UploadsContract {
    private static final int LEAF = 64 * 1024;

    protected abstract Uploads uploads() throws IOException;

    /** Where commits of {@link #uploads} go. */
    protected abstract BlobStore store() throws IOException;

    /** Ends the process and starts it again over the same directory. */
    protected abstract void restart() throws IOException;

    /** Lets the clock of the uploads go on. */
    protected abstract void pass(Duration time);

    private static void write(Uploads uploads, String id, byte[] bytes, int from, int to) throws IOException {
        try (Ingest turn = uploads.take(id).orElseThrow()) {
            assertEquals(from, turn.sizeBytes());
            turn.write(ByteBuffer.wrap(bytes, from, to - from));
        }
    }

    @Test
    void aSessionTakesBytesInTurnsAndBecomesABlob() throws IOException {
        TestContent content = TestContent.random(1, 3 * LEAF + 5);
        String id = uploads().open();
        assertEquals(Optional.of(0L), uploads().sizeBytes(id));
        write(uploads(), id, content.bytes(), 0, LEAF + 1);
        assertEquals(Optional.of(LEAF + 1L), uploads().sizeBytes(id));
        write(uploads(), id, content.bytes(), LEAF + 1, 3 * LEAF + 5);
        try (Ingest turn = uploads().take(id).orElseThrow()) {
            assertEquals(CommitOutcome.COMMITTED, turn.commit(content.digest()));
        }
        assertTrue(uploads().take(id).isEmpty());
        assertTrue(uploads().sizeBytes(id).isEmpty());
        assertArrayEquals(
                content.bytes(), TestContent.readFrom(store(), content.digest()).orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, LEAF, 2 * LEAF + 1, 17 * 1024 * 1024})
    void aSessionSurvivesARestart(int firstPart) throws IOException {
        TestContent content = TestContent.random(2, firstPart + LEAF);
        String id = uploads().open();
        write(uploads(), id, content.bytes(), 0, firstPart);
        restart();
        assertEquals(Optional.of((long) firstPart), uploads().sizeBytes(id));
        write(uploads(), id, content.bytes(), firstPart, firstPart + LEAF);
        restart();
        try (Ingest turn = uploads().take(id).orElseThrow()) {
            turn.commit(content.digest());
        }
        assertArrayEquals(
                content.bytes(), TestContent.readFrom(store(), content.digest()).orElseThrow());
    }

    @Test
    void aSessionHasOneWriterAtATime() throws IOException {
        String id = uploads().open();
        try (Ingest turn = uploads().take(id).orElseThrow()) {
            assertThrows(ContentException.Unavailable.class, () -> uploads().take(id));
            turn.write(ByteBuffer.wrap(new byte[1]));
        }
        uploads().take(id).orElseThrow().close();
    }

    @Test
    void aWrongDigestEndsTheSession() throws IOException {
        String id = uploads().open();
        try (Ingest turn = uploads().take(id).orElseThrow()) {
            turn.write(ByteBuffer.wrap(new byte[10]));
            assertThrows(
                    ContentException.Corrupt.class,
                    () -> turn.commit(TestContent.random(1, 1).digest()));
        }
        assertTrue(uploads().take(id).isEmpty());
    }

    @Test
    void cancelledAndUnknownSessionsAreGone() throws IOException {
        String id = uploads().open();
        assertTrue(uploads().cancel(id));
        assertFalse(uploads().cancel(id));
        for (String unknown : Arrays.asList(id, "", "..", "../../LOCK", "x".repeat(300), "a/b")) {
            assertTrue(uploads().take(unknown).isEmpty());
            assertTrue(uploads().sizeBytes(unknown).isEmpty());
            assertFalse(uploads().cancel(unknown));
        }
    }

    @Test
    void idsAreNotGuessable() throws IOException {
        String one = uploads().open();
        assertNotEquals(one, uploads().open());
        assertTrue(one.length() >= 32);
    }

    @Test
    void onlyIdleSessionsAreReaped() throws IOException {
        String abandoned = uploads().open();
        write(uploads(), abandoned, new byte[10], 0, 10);
        pass(Duration.ofHours(1));
        String fresh = uploads().open();
        try (Ingest busy = uploads().take(uploads().open()).orElseThrow()) {
            pass(Duration.ofMinutes(10));
            assertEquals(1, uploads().reap(Duration.ofMinutes(30)));
            assertTrue(uploads().sizeBytes(abandoned).isEmpty());
            assertTrue(uploads().sizeBytes(fresh).isPresent());
            pass(Duration.ofHours(1));
            assertEquals(1, uploads().reap(Duration.ofMinutes(30)));
            busy.write(ByteBuffer.wrap(new byte[1]));
        }
    }
}
