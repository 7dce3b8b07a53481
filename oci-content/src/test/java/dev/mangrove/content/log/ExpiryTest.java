package dev.mangrove.content.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.MovableClock;
import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.files.StoreLimits;
import dev.mangrove.content.keyvalue.HeapKeyValue;
import dev.mangrove.content.keyvalue.KeyValue;
import dev.mangrove.content.log.ViewKey.Table;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpiryTest {
    private static final Location REPOSITORY = Location.parse("acme/detector");
    private static final Duration LEASE = Duration.ofHours(1);

    @TempDir
    Path root;

    private final MovableClock clock = new MovableClock();
    private final ScannedAndChanged entries = new ScannedAndChanged();
    private FileStore store;
    private FollowingNames names;

    @BeforeEach
    void open() throws IOException {
        store = FileStore.open(root, StoreLimits.NONE, clock);
        names = FollowingNames.open(store, entries, clock);
    }

    @AfterEach
    void close() throws IOException {
        names.close();
        store.close();
    }

    private static Digest digest(int n) {
        return Digest.ofBytes(Algorithm.SHA256, ("" + n).getBytes(StandardCharsets.UTF_8));
    }

    private NameRecord lease(int n) {
        return new NameRecord.Leased(REPOSITORY, digest(n), clock.instant().plus(LEASE));
    }

    private int leases() throws IOException {
        int[] count = {0};
        entries.scan(ViewKey.in(Table.LEASE).bytes(), new byte[0], (key, value) -> ++count[0] > 0);
        return count[0];
    }

    @Test
    void aLeaseRenewedWhileExpiredOnesAreLookedForStays() throws IOException {
        names.append(List.of(lease(1), lease(2)));
        clock.pass(LEASE);
        entries.afterScanOfLeases = () -> names.append(List.of(lease(1)));
        names.compact();
        assertTrue(names.isHeld(digest(1)));
        assertFalse(names.isHeld(digest(2)));
        assertEquals(1, leases());
    }

    @Test
    void allThatRanOutGoesHoweverManyThereAre() throws IOException {
        List<NameRecord> many = new ArrayList<>();
        for (int n = 0; n < 2_500; n++) {
            many.add(lease(n));
        }
        names.append(many);
        clock.pass(LEASE);
        names.append(List.of(lease(7)));
        names.compact();
        assertEquals(1, leases());
    }

    private interface Step {
        void run() throws IOException;
    }

    /** Lets something happen right after the next scan of all leases. */
    private static final class ScannedAndChanged implements KeyValue {
        private final HeapKeyValue entries = new HeapKeyValue();
        private Step afterScanOfLeases = () -> {};

        @Override
        public Optional<byte[]> get(byte[] key) throws IOException {
            return entries.get(key);
        }

        @Override
        public void write(List<Change> changes) throws IOException {
            entries.write(changes);
        }

        @Override
        public void scan(byte[] prefix, byte[] afterKey, Visitor visitor) throws IOException {
            entries.scan(prefix, afterKey, visitor);
            if (Arrays.equals(prefix, ViewKey.in(Table.LEASE).bytes())) {
                Step step = afterScanOfLeases;
                afterScanOfLeases = () -> {};
                step.run();
            }
        }

        @Override
        public void close() {
            entries.close();
        }
    }
}
