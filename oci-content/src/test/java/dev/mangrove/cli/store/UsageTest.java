package dev.mangrove.cli.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.cli.Failure;
import dev.mangrove.cli.MangroveMain;
import dev.mangrove.content.MovableClock;
import dev.mangrove.content.TestContent;
import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.files.StoreLimits;
import dev.mangrove.content.files.StoreReading;
import dev.mangrove.content.keyvalue.HeapKeyValue;
import dev.mangrove.content.log.FollowingNames;
import dev.mangrove.content.log.NameRecord;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.MediaType;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store as it looks from outside while its process has it open. */
class UsageTest {
    private static final Location ONE = Location.parse("acme/one");
    private static final Location TWO = Location.parse("acme/two");
    private static final TestContent SHARED = TestContent.random(1, 70_000);
    private static final TestContent OWN = TestContent.random(2, 5_000);
    private static final TestContent NAMELESS = TestContent.random(3, 3_000);
    private static final TestContent DELTA = TestContent.random(4, 1_000);
    private static final TestContent DELTA_MANIFEST = TestContent.random(5, 400);

    @TempDir
    private Path root;

    private final MovableClock clock = new MovableClock();
    private FileStore store;
    private FollowingNames names;

    @BeforeEach
    void fill() throws IOException {
        store = FileStore.open(root.resolve("catalog"), StoreLimits.NONE, clock);
        names = FollowingNames.open(store, new HeapKeyValue(), clock);
        for (TestContent content : List.of(SHARED, OWN, NAMELESS, DELTA, DELTA_MANIFEST)) {
            content.into(store);
        }
        names.append(List.of(blob(ONE, SHARED), blob(TWO, SHARED), blob(ONE, OWN), blob(ONE, DELTA)));
        names.append(List.of(
                new NameRecord.ManifestLinked(
                        ONE,
                        DELTA_MANIFEST.digest(),
                        MediaType.OCI_MANIFEST,
                        400,
                        Optional.empty(),
                        Optional.of("application/vnd.mangrove.delta.v1+json"),
                        Map.of(),
                        List.of(DELTA.digest()),
                        clock.instant()),
                new NameRecord.TagMoved(ONE, new Tag("1"), DELTA_MANIFEST.digest(), clock.instant(), "test"),
                new NameRecord.BlobLinked(TWO, TestContent.random(9, 10).digest(), 10, clock.instant())));
    }

    @AfterEach
    void close() throws IOException {
        names.close();
        store.close();
    }

    private NameRecord blob(Location repository, TestContent content) {
        return new NameRecord.BlobLinked(repository, content.digest(), content.bytes().length, clock.instant());
    }

    private void check(Usage usage) {
        assertEquals(
                List.of(
                        new Usage.Repository(ONE, 1, 1, 70_000, 6_400, 1_400, 0),
                        new Usage.Repository(TWO, 0, 0, 70_000, 0, 0, 10)),
                usage.repositories());
        assertEquals(79_400, usage.blobBytes());
        assertEquals(3_000, usage.namelessBytes());
        assertEquals(SHARED.digest(), usage.blobs().getFirst().digest());
        assertEquals(2, usage.blobs().getFirst().repositories());
    }

    @Test
    void sharedAndExclusiveBytesAreToldApartWhileTheStoreIsOpen() throws IOException {
        StoreReading reading = new StoreReading(root.resolve("catalog"));
        assertTrue(reading.isKnownVersion());
        check(Usage.of(reading));
    }

    @Test
    void aSnapshotOfTheLogSaysTheSame() throws IOException {
        names.compact();
        names.append(List.of(
                new NameRecord.BlobUnlinked(TWO, TestContent.random(9, 10).digest(), clock.instant())));
        Usage usage = Usage.of(new StoreReading(root.resolve("catalog")));
        assertEquals(0, usage.repositories().getLast().absentBytes(), "what came after the snapshot counts");
        names.append(
                List.of(new NameRecord.BlobLinked(TWO, TestContent.random(9, 10).digest(), 10, clock.instant())));
        check(Usage.of(new StoreReading(root.resolve("catalog"))));
    }

    @Test
    void theVerbFindsTheStoresUnderTheFolderOfUp() {
        StringWriter out = new StringWriter();
        String[] args = {"du", "--data", root.toString()};
        assertEquals(0, MangroveMain.run(args, new PrintWriter(out), new PrintWriter(out)), out::toString);
        assertTrue(out.toString().contains("acme/one"), out.toString());
        assertTrue(out.toString().contains("76 kB"), out.toString());
        StringWriter blobs = new StringWriter();
        String[] byBlob = {"du", "--data", root.resolve("catalog").toString(), "--by", "blob", "--limit", "1"};
        assertEquals(0, MangroveMain.run(byBlob, new PrintWriter(blobs), new PrintWriter(blobs)), blobs::toString);
        assertTrue(blobs.toString().contains("and 4 more"), blobs.toString());
        assertFalse(blobs.toString().contains(OWN.digest().toString()), blobs.toString());
    }

    @Test
    void aFolderWithoutAStoreIsSaidToHaveNone() {
        assertThrows(Failure.class, () -> Stores.under(root.resolve("nowhere")));
    }
}
