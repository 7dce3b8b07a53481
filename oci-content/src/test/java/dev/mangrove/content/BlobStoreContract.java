package dev.mangrove.content;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link BlobStore} must do. */
public abstract class BlobStoreContract {
    private static final int LEAF = 64 * 1024;

    /** An empty store; the subclass closes it after the test. */
    protected abstract BlobStore store() throws IOException;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, LEAF - 1, LEAF, LEAF + 1, 3 * LEAF, 3 * LEAF + 7, 300 * LEAF + 1})
    void whatIsCommittedIsReadBack(int size) throws IOException {
        BlobStore store = store();
        TestContent content = TestContent.random(size, size);
        assertEquals(CommitOutcome.COMMITTED, content.into(store));
        assertArrayEquals(
                content.bytes(), TestContent.readFrom(store, content.digest()).orElseThrow());
        assertEquals(
                new BlobStat(content.digest(), size),
                store.stat(content.digest()).orElseThrow());
    }

    @Test
    void whatIsNotThereIsEmptyAndNoError() throws IOException {
        Digest absent = TestContent.random(1, 10).digest();
        assertTrue(store().stat(absent).isEmpty());
        assertTrue(store().retain(absent).isEmpty());
        assertTrue(TestContent.readFrom(store(), absent).isEmpty());
        assertFalse(store().discard(absent));
    }

    @Test
    void bytesOfAnotherDigestAreRefusedAndLeaveNothing() throws IOException {
        BlobStore store = store();
        Digest other = TestContent.random(2, 10).digest();
        try (Ingest ingest = store.begin()) {
            ingest.write(ByteBuffer.wrap(TestContent.random(1, 10).bytes()));
            ContentException.Corrupt refused = assertThrows(ContentException.Corrupt.class, () -> ingest.commit(other));
            assertEquals(other, refused.expected());
        }
        assertTrue(store.stat(other).isEmpty());
        try (Stream<BlobStat> all = store.list()) {
            assertEquals(0, all.count());
        }
    }

    @Test
    void sha512NamesABlobAsWell() throws IOException {
        BlobStore store = store();
        TestContent content = TestContent.random(3, 2 * LEAF);
        try (Ingest ingest = store.begin()) {
            ingest.write(ByteBuffer.wrap(content.bytes()));
            assertEquals(CommitOutcome.COMMITTED, ingest.commit(content.sha512()));
        }
        assertArrayEquals(
                content.bytes(), TestContent.readFrom(store, content.sha512()).orElseThrow());
        assertTrue(store.stat(content.digest()).isEmpty());
    }

    @Test
    void aRangeIsLentAsASliceOfAFile() throws IOException {
        BlobStore store = store();
        TestContent content = TestContent.random(4, 3 * LEAF);
        content.into(store);
        ByteRange range = new ByteRange(LEAF - 3, 10);
        byte[] read = store.read(content.digest(), Optional.of(range), blob -> {
                    assertTrue(blob instanceof Blob.FileSlice);
                    assertEquals(range, blob.range());
                    assertEquals(3 * LEAF, blob.sizeBytes());
                    return blob.asStream().readAllBytes();
                })
                .orElseThrow();
        assertArrayEquals(java.util.Arrays.copyOfRange(content.bytes(), LEAF - 3, LEAF + 7), read);
    }

    @Test
    void aRangeBeyondTheEndIsAMistakeOfTheCaller() throws IOException {
        BlobStore store = store();
        TestContent content = TestContent.random(5, 10);
        content.into(store);
        assertThrows(
                IllegalArgumentException.class,
                () -> store.read(content.digest(), Optional.of(new ByteRange(5, 6)), Blob::sizeBytes));
    }

    @Test
    void aSecondCommitFindsTheBlobThere() throws IOException {
        BlobStore store = store();
        TestContent content = TestContent.random(6, LEAF + 1);
        assertEquals(CommitOutcome.COMMITTED, content.into(store));
        assertEquals(CommitOutcome.ALREADY_PRESENT, content.into(store));
    }

    @Test
    void bytesMayComeInPiecesOfAnySize() throws IOException {
        BlobStore store = store();
        TestContent content = TestContent.random(7, 2 * LEAF + 17);
        try (Ingest ingest = store.begin()) {
            int at = 0;
            for (int piece = 1; at < content.bytes().length; piece = piece * 3 + 1) {
                int length = Math.min(piece, content.bytes().length - at);
                ByteBuffer direct = ByteBuffer.allocateDirect(length).put(content.bytes(), at, length);
                ingest.write(direct.flip());
                assertFalse(direct.hasRemaining());
                at += length;
                assertEquals(at, ingest.sizeBytes());
            }
            ingest.commit(content.digest());
        }
        assertArrayEquals(
                content.bytes(), TestContent.readFrom(store, content.digest()).orElseThrow());
    }

    @Test
    void anIngestClosedWithoutCommitLeavesNothing() throws IOException {
        BlobStore store = store();
        try (Ingest ingest = store.begin()) {
            ingest.write(ByteBuffer.wrap(new byte[LEAF]));
        }
        try (Stream<BlobStat> all = store.list()) {
            assertEquals(0, all.count());
        }
    }

    @Test
    void listShowsEveryBlob() throws IOException {
        BlobStore store = store();
        Set<BlobStat> expected = new java.util.HashSet<>();
        for (int i = 0; i < 20; i++) {
            TestContent content = TestContent.random(100 + i, i * 10_000);
            content.into(store);
            expected.add(new BlobStat(content.digest(), content.bytes().length));
        }
        try (Stream<BlobStat> all = store.list()) {
            assertEquals(expected, all.collect(Collectors.toSet()));
        }
    }

    @Test
    void aDiscardedBlobIsGoneUntilSomebodyBringsItBack() throws IOException {
        BlobStore store = store();
        TestContent content = TestContent.random(8, 2 * LEAF);
        content.into(store);
        assertTrue(store.discard(content.digest()));
        assertTrue(store.stat(content.digest()).isEmpty());
        assertFalse(store.discard(content.digest()));
        assertTrue(store.retain(content.digest()).isPresent());
        assertTrue(store.stat(content.digest()).isPresent());
        assertTrue(store.discard(content.digest()));
        assertTrue(TestContent.readFrom(store, content.digest()).isPresent());
        assertTrue(store.discard(content.digest()));
        content.into(store);
        assertTrue(store.stat(content.digest()).isPresent());
    }

    @Test
    void aBlobLentIsReadToItsEndWhateverHappensMeanwhile() throws IOException {
        BlobStore store = store();
        TestContent content = TestContent.random(9, 5 * LEAF);
        content.into(store);
        byte[] read = store.read(content.digest(), Optional.empty(), blob -> {
                    store.discard(content.digest());
                    return blob.asStream().readAllBytes();
                })
                .orElseThrow();
        assertArrayEquals(content.bytes(), read);
    }

    @Test
    void eightWritersOfOneNewBlobAllSucceed() throws Exception {
        int writers = 8;
        int rounds = Integer.getInteger("mangrove.rounds", 100);
        BlobStore store = store();
        CyclicBarrier start = new CyclicBarrier(writers);
        try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
            for (int round = 0; round < rounds; round++) {
                TestContent content = TestContent.random(1000 + round, 2_000);
                Callable<CommitOutcome> push = () -> {
                    start.await();
                    CommitOutcome outcome = content.into(store);
                    assertArrayEquals(
                            content.bytes(),
                            TestContent.readFrom(store, content.digest()).orElseThrow());
                    return outcome;
                };
                List<Future<CommitOutcome>> pushes = new ArrayList<>();
                for (int i = 0; i < writers; i++) {
                    pushes.add(threads.submit(push));
                }
                int committed = 0;
                for (Future<CommitOutcome> one : pushes) {
                    committed += one.get() == CommitOutcome.COMMITTED ? 1 : 0;
                }
                assertEquals(1, committed);
            }
        }
    }
}
