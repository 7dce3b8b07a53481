package dev.mangrove.proxy.node;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.Ingest;
import dev.mangrove.content.MovableClock;
import dev.mangrove.content.TestContent;
import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.files.StoreLimits;
import dev.mangrove.content.keyvalue.HeapKeyValue;
import dev.mangrove.content.log.FollowingNames;
import dev.mangrove.content.log.NameRecord;
import dev.mangrove.observe.Metrics;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may go to make room. */
class CacheRoomTest {
    private static final int BLOB_BYTES = 400_000;
    private static final TestContent BASE = TestContent.random(1, BLOB_BYTES);

    @TempDir
    private Path folder;

    private final MovableClock clock = new MovableClock();
    private FileStore store;
    private FollowingNames names;
    private CacheRoom room;

    @BeforeEach
    void begin() throws IOException {
        store = FileStore.open(folder, new StoreLimits(500_000, 0, 0), clock);
        names = FollowingNames.open(store, new HeapKeyValue(), clock);
        room = new CacheRoom(store, names, new Metrics());
        try (Ingest ingest = store.begin()) {
            ingest.write(ByteBuffer.wrap(BASE.bytes()));
            ingest.commit(BASE.digest());
        }
    }

    @AfterEach
    void end() throws IOException {
        names.close();
        store.close();
    }

    @Test
    void aLeaseHoldsABlobAlsoInARepositoryThatDoesNotLinkIt() throws IOException {
        names.append(List.of(new NameRecord.Leased(
                Location.parse("acme/elsewhere"), BASE.digest(), clock.instant().plus(Duration.ofHours(1)))));
        assertFalse(room.makeRoom(BLOB_BYTES));
        assertTrue(store.stat(BASE.digest()).isPresent());
        clock.pass(Duration.ofHours(2));
        assertTrue(room.makeRoom(BLOB_BYTES));
    }

    @Test
    void whetherSomethingFitsIsToldWithoutLettingGoOfAnything() throws IOException {
        assertTrue(room.fits(BLOB_BYTES, Set.of()));
        assertFalse(room.fits(BLOB_BYTES, Set.of(BASE.digest())));
        assertTrue(room.fits(1_000, Set.of(BASE.digest())));
        assertTrue(store.stat(BASE.digest()).isPresent());
    }

    @Test
    void trashAloneMakesTheRoom() throws IOException {
        TestContent staying = TestContent.random(2, 80_000);
        staying.into(store);
        assertTrue(store.discard(BASE.digest()));
        assertTrue(room.fits(BLOB_BYTES, Set.of(staying.digest())));
        assertTrue(room.makeRoom(BLOB_BYTES));
        assertTrue(store.stat(staying.digest()).isPresent());
        BASE.into(store);
        assertTrue(store.discard(BASE.digest()));
        assertTrue(room.makeRoom(BLOB_BYTES));
        assertTrue(store.stat(staying.digest()).isPresent());
    }
}
