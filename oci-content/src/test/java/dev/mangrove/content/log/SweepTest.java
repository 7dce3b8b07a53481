package dev.mangrove.content.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.MovableClock;
import dev.mangrove.content.TestContent;
import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.files.StoreLimits;
import dev.mangrove.content.keyvalue.HeapKeyValue;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.MediaType;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepTest {
    private static final Location A = Location.parse("acme/a");
    private static final Location B = Location.parse("acme/b");
    private static final Duration LEASE = Duration.ofHours(24);

    @TempDir
    Path root;

    private final MovableClock clock = new MovableClock();
    private FileStore store;
    private FollowingNames names;

    @BeforeEach
    void open() throws IOException {
        store = FileStore.open(root, StoreLimits.NONE, clock);
        names = FollowingNames.open(store, new HeapKeyValue(), clock);
    }

    @AfterEach
    void close() throws IOException {
        names.close();
        store.close();
    }

    private Sweep sweep(Optional<Duration> untaggedAge) {
        return new Sweep(names, store, store, clock, untaggedAge);
    }

    private Digest pushBlob(Location repository, long seed) throws IOException {
        TestContent content = TestContent.random(seed, 1000);
        content.into(store);
        names.append(List.of(
                new NameRecord.BlobLinked(repository, content.digest(), 1000, clock.instant()),
                new NameRecord.Leased(
                        repository, content.digest(), clock.instant().plus(LEASE))));
        store.retain(content.digest());
        return content.digest();
    }

    private Digest pushManifest(
            Location repository, long seed, Optional<Digest> subject, List<Digest> references, Optional<String> tag)
            throws IOException {
        TestContent content = TestContent.random(seed, 200);
        content.into(store);
        List<NameRecord> records = new ArrayList<>();
        records.add(new NameRecord.ManifestLinked(
                repository,
                content.digest(),
                MediaType.OCI_MANIFEST,
                200,
                subject,
                Optional.empty(),
                Map.of(),
                references,
                clock.instant()));
        tag.ifPresent(name -> records.add(
                new NameRecord.TagMoved(repository, new Tag(name), content.digest(), clock.instant(), "ann")));
        names.append(records);
        store.retain(content.digest());
        return content.digest();
    }

    @Test
    void whatAManifestNamesStaysAndWhatNothingNamesGoesOnceItsLeaseHasRunOut() throws IOException {
        Digest layer = pushBlob(A, 1);
        Digest orphan = pushBlob(A, 2);
        Digest shared = pushBlob(A, 3);
        pushBlob(B, 3);
        pushManifest(A, 10, Optional.empty(), List.of(layer), Optional.empty());
        pushManifest(B, 11, Optional.empty(), List.of(shared), Optional.empty());
        assertEquals(new Sweep.Swept(0, 0, 0), sweep(Optional.empty()).run());
        clock.pass(LEASE.plusHours(2));
        assertEquals(new Sweep.Swept(2, 1, 1000), sweep(Optional.empty()).run());
        assertTrue(store.stat(orphan).isEmpty());
        assertTrue(store.stat(layer).isPresent());
        assertTrue(store.stat(shared).isPresent());
        assertTrue(names.blob(A, shared).isEmpty());
        assertTrue(names.blob(B, shared).isPresent());
    }

    @Test
    void aPushAfterTheSweepBringsTheBlobBackFromTheTrash() throws IOException {
        Digest orphan = pushBlob(A, 1);
        clock.pass(LEASE.plusHours(2));
        sweep(Optional.empty()).run();
        assertTrue(store.stat(orphan).isEmpty());
        names.append(List.of(new NameRecord.BlobLinked(B, orphan, 1000, clock.instant())));
        assertTrue(store.retain(orphan).isPresent());
        clock.pass(Duration.ofDays(2));
        assertEquals(0, store.emptyTrash(Duration.ZERO));
        assertTrue(store.stat(orphan).isPresent());
    }

    @Test
    void anOldManifestWithoutTagGoesUnlessSomethingLiveLeadsToIt() throws IOException {
        Digest layer = pushBlob(A, 1);
        Digest tagged = pushManifest(A, 10, Optional.empty(), List.of(layer), Optional.of("v1"));
        Digest signature = pushManifest(A, 11, Optional.of(tagged), List.of(), Optional.empty());
        Digest ofSignature = pushManifest(A, 12, Optional.of(signature), List.of(), Optional.empty());
        Digest child = pushManifest(A, 13, Optional.empty(), List.of(), Optional.empty());
        pushManifest(A, 14, Optional.empty(), List.of(child), Optional.of("index"));
        Digest stray = pushManifest(A, 15, Optional.empty(), List.of(), Optional.empty());
        Digest ofStray = pushManifest(A, 16, Optional.of(stray), List.of(), Optional.empty());
        clock.pass(Duration.ofDays(8));
        assertEquals(0, sweep(Optional.empty()).run().links());
        assertEquals(2, sweep(Optional.of(Duration.ofDays(7))).run().links());
        for (Digest kept : List.of(tagged, signature, ofSignature, child)) {
            assertTrue(names.manifest(A, kept).isPresent());
            assertTrue(store.stat(kept).isPresent());
        }
        for (Digest gone : List.of(stray, ofStray)) {
            assertFalse(names.manifest(A, gone).isPresent());
            assertTrue(store.stat(gone).isEmpty());
        }
    }

    @Test
    void aBlobThatWasTouchedAShortTimeAgoIsLeftAlone() throws IOException {
        TestContent unnamed = TestContent.random(1, 100);
        unnamed.into(store);
        clock.pass(Sweep.GRACE.minusMinutes(1));
        assertEquals(0, sweep(Optional.empty()).run().blobs());
        unnamed.into(store); // found there, about to be named
        clock.pass(Duration.ofMinutes(30));
        assertEquals(0, sweep(Optional.empty()).run().blobs());
        clock.pass(Duration.ofHours(1));
        assertEquals(1, sweep(Optional.empty()).run().blobs());
    }

    /**
     * Time goes on, but no faster than a push may take: what is between the commit of a blob and its record is done
     * within the grace, and a whole push within its leases.
     */
    @Test
    void pushesBesideAnEndlessSweepLoseNothing() throws Exception {
        AtomicBoolean pushing = new AtomicBoolean(true);
        Deadlines deadlines = new Deadlines(clock);
        Instant began = clock.instant();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> sweeping = threads.submit(() -> {
                while (pushing.get()) {
                    sweep(Optional.of(Duration.ZERO)).run();
                    store.emptyTrash(Duration.ofHours(1));
                }
                return null;
            });
            List<Future<?>> pushers = new ArrayList<>();
            for (int pusher = 0; pusher < 10; pusher++) {
                int own = pusher;
                pushers.add(threads.submit(() -> {
                    for (int round = 0; round < 20; round++) {
                        int number = round;
                        deadlines.within(LEASE, () -> pushAndCheck(own, number, deadlines));
                    }
                    return null;
                }));
            }
            try {
                for (Future<?> pusher : pushers) {
                    pusher.get();
                }
            } finally {
                pushing.set(false);
            }
            sweeping.get();
        }
        assertTrue(Duration.between(began, clock.instant()).compareTo(LEASE) > 0, "hardly any time has passed");
    }

    private Digest pushAndCheck(int pusher, int round, Deadlines deadlines) throws Exception {
        Location repository = Location.parse("acme/" + (pusher % 3));
        Digest common = deadlines.within(Sweep.GRACE, () -> pushBlob(repository, round % 5));
        Digest layer = deadlines.within(Sweep.GRACE, () -> pushBlob(repository, 1000 + pusher * 100 + round));
        Digest manifest = deadlines.within(
                Sweep.GRACE,
                () -> pushManifest(
                        repository,
                        5000 + pusher * 100 + round,
                        Optional.empty(),
                        List.of(common, layer),
                        Optional.of("p" + pusher)));
        for (Digest needed : List.of(common, layer, manifest)) {
            assertTrue(store.retain(needed).isPresent(), "pusher " + pusher + " round " + round + " lost " + needed);
        }
        assertTrue(names.blob(repository, common).isPresent());
        assertTrue(names.blob(repository, layer).isPresent());
        return manifest;
    }

    /** Lets time pass only as far as everybody is done who promised to be done by then. */
    private static final class Deadlines {
        private final MovableClock clock;
        private final List<Instant> promised = new ArrayList<>();

        Deadlines(MovableClock clock) {
            this.clock = clock;
        }

        <T> T within(Duration time, Callable<T> work) throws Exception {
            Instant deadline;
            synchronized (this) {
                deadline = clock.instant().plus(time);
                promised.add(deadline);
            }
            try {
                return work.call();
            } finally {
                synchronized (this) {
                    promised.remove(deadline);
                    goOn();
                }
            }
        }

        private void goOn() {
            Instant furthest = clock.instant().plus(Sweep.GRACE);
            for (Instant deadline : promised) {
                furthest = deadline.isBefore(furthest) ? deadline : furthest;
            }
            Duration time = Duration.between(clock.instant(), furthest.minusSeconds(1));
            if (time.isPositive()) {
                clock.pass(time);
            }
        }
    }
}
