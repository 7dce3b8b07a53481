package dev.mangrove.content.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.Ingest;
import dev.mangrove.content.MovableClock;
import dev.mangrove.content.Uploads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadReapingTest {
    private static final Duration IDLE = Duration.ofHours(1);

    @TempDir
    Path root;

    private final MovableClock clock = new MovableClock();
    private final List<String> idle = new ArrayList<>();
    private final List<Ingest> turns = new ArrayList<>();
    private Arrival arrival = id -> {};
    private FileStore store;

    /** A client that comes back to an upload while another one is being reaped. */
    private interface Arrival {
        void at(String id) throws IOException;
    }

    @BeforeEach
    void open() throws IOException {
        store = FileStore.open(root, StoreLimits.NONE, clock, new PassingDisk() {
            @Override
            public boolean delete(Path file) throws IOException {
                arriveAtAllBut(file.getFileName().toString());
                return super.delete(file);
            }
        });
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private void arriveAtAllBut(String reaped) throws IOException {
        Arrival once = arrival;
        if (idle.contains(reaped)) {
            arrival = id -> {};
            for (String id : idle) {
                if (!id.equals(reaped)) {
                    once.at(id);
                }
            }
        }
    }

    private Uploads uploads() {
        return store.uploads();
    }

    private void openIdle(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            idle.add(uploads().open());
        }
        clock.pass(IDLE.plusMinutes(1));
    }

    private List<String> left() throws IOException {
        List<String> left = new ArrayList<>();
        for (String id : idle) {
            if (uploads().sizeBytes(id).isPresent()) {
                left.add(id);
            }
        }
        return left;
    }

    @Test
    void anUploadWrittenToSinceItWasFoundIdleStays() throws IOException {
        openIdle(2);
        arrival = id -> {
            try (Ingest turn = uploads().take(id).orElseThrow()) {
                turn.write(ByteBuffer.wrap(new byte[5]));
            }
        };
        assertEquals(1, uploads().reap(IDLE));
        assertEquals(1, left().size());
        assertEquals(Optional.of(5L), uploads().sizeBytes(left().getFirst()));
    }

    @Test
    void aWriterThatIsMetKeepsItsUploadAndTheRoundGoesOn() throws IOException {
        openIdle(3);
        arrival = id -> {
            if (turns.isEmpty()) {
                turns.add(uploads().take(id).orElseThrow());
            }
        };
        assertEquals(2, uploads().reap(IDLE));
        assertEquals(1, left().size());
        assertFalse(turns.isEmpty());
        try (Ingest turn = turns.getFirst()) {
            turn.write(ByteBuffer.wrap(new byte[5]));
        }
        assertTrue(uploads().take(left().getFirst()).isPresent());
    }
}
