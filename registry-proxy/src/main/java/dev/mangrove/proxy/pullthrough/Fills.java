package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.BlobStore;
import dev.mangrove.content.Bounds;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.files.PartialBlob;
import dev.mangrove.content.files.PartialBlobs;
import dev.mangrove.distribution.Via;
import dev.mangrove.distribution.client.Pause;
import dev.mangrove.oci.Digest;
import dev.mangrove.proxy.pullthrough.ManifestSource.Place;
import dev.mangrove.proxy.upstream.Asking;
import dev.mangrove.proxy.upstream.Upstreams.Source;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The fills under way: at most one for each blob, a few at once, the others in a bounded queue. */
final class Fills implements AutoCloseable {
    private static final int MAX_SUSPECTS = 1_000;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final Duration SUSPICION = Duration.ofMinutes(1);

    private final PartialBlobs partials;
    private final BlobStore store;
    private final Asking asking;
    private final BlobGate gate;
    private final WanMeter meter;
    private final Ways ways;
    private final Pause pause;
    private final int maxRunning;
    private final InstantSource clock;
    private final int maxWaiting;
    private final int maxFills;
    private final Semaphore running;
    private final ConcurrentHashMap<Digest, Running> fills = new ConcurrentHashMap<>();
    private final Expiring<Digest, String> suspects;
    private volatile boolean closed;

    Fills(
            PartialBlobs partials,
            BlobStore store,
            Asking asking,
            BlobGate gate,
            WanMeter meter,
            Shortcut shortcut,
            FillLimits limits,
            Pause pause,
            InstantSource clock) {
        this.partials = partials;
        this.store = store;
        this.asking = asking;
        this.gate = gate;
        this.meter = meter;
        this.ways = new Ways(shortcut, asking, gate, pause, clock, () -> closed);
        this.pause = pause;
        this.maxRunning = limits.maxRunning();
        this.clock = clock;
        this.maxWaiting = limits.maxWaiting();
        this.maxFills = 2 * (limits.maxRunning() + limits.maxWaiting());
        this.running = new Semaphore(limits.maxRunning(), true);
        this.suspects = new Expiring<>(MAX_SUSPECTS, SUSPICION, clock);
    }

    /**
     * A fill, and the repository whose upstreams it asks.
     *
     * @param via the way that the request for it came
     * @param ended reaches zero when everything of the fill is put away, so that the next one finds nothing of it
     */
    record Running(Place place, Fill fill, Via via, CountDownLatch ended) {
        /** Waits for that; a fill that failed is about to. */
        void awaitEnd() {
            try {
                ended.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void awaitEnd(long nanos) {
            try {
                ended.await(nanos, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The fill of that blob, if there is one. */
    Optional<Running> find(Digest digest) {
        return Optional.ofNullable(fills.get(digest));
    }

    /** The fill under way, or a new one that asks the upstreams of {@code place}; empty if there is nothing to fill. */
    Optional<Running> ensure(Place place, PartialBlob share) throws IOException {
        if (!share.startFill()) {
            return find(place.digest());
        }
        List<Source> sources;
        PartialBlob own;
        try {
            if (closed || isFull()) {
                throw new ContentException.Unavailable(
                        "too many blobs wait to be fetched; try again", null, Optional.of(Duration.ofSeconds(5)));
            }
            sources = sources(place);
            own = partials.join(place.digest(), share.sizeBytes());
        } catch (IOException e) {
            share.abandon(e);
            throw e;
        }
        Via via = Via.current();
        Running started = new Running(place, fill(place, own, sources), via, new CountDownLatch(1));
        fills.put(place.digest(), started);
        Thread.ofVirtual().name("fill " + place.digest()).start(() -> ScopedValue.where(Via.CURRENT, via)
                .run(() -> run(started, own)));
        return Optional.of(started);
    }

    void bounds(Bounds seen) {
        seen.bounded("fills", maxRunning, () -> maxRunning - running.availablePermits());
        seen.bounded("fills_waiting", maxWaiting, running::getQueueLength);
        seen.bounded("fills_open", maxFills, fills::size);
        seen.bounded("suspects", MAX_SUSPECTS, suspects::size);
    }

    /** Fills that wait for a link, or for a delta that is a fill as well, are in no queue: they are counted. */
    private boolean isFull() {
        boolean queueIsFull = running.availablePermits() == 0 && running.getQueueLength() >= maxWaiting;
        return queueIsFull || fills.size() >= maxFills;
    }

    /** Whom to ask, in which order. */
    private List<Source> sources(Place place) throws IOException {
        List<Source> sources = new ArrayList<>(asking.sources(place.repository()));
        if (sources.isEmpty()) {
            throw new ContentException.Unavailable("no upstream is configured for " + place.repository(), null);
        }
        Optional<String> suspect = suspects.get(place.digest());
        if (suspect.isPresent()) {
            // a stable sort: whoever sent wrong bytes last time is asked last
            sources.sort(Comparator.comparing(s -> s.upstream().name().equals(suspect.get())));
        }
        return sources;
    }

    private Fill fill(Place place, PartialBlob own, List<Source> sources) {
        BlobSources blobSources = new BlobSources(place, own.sizeBytes(), sources, new Waiting(clock));
        return new Fill(
                own,
                blobSources,
                new FillWatch(place, own.sizeBytes(), gate, meter, suspects),
                pause,
                this::pauseForOthers);
    }

    /** While a fill waits for a link that is down, another takes its turn: its upstream may answer. */
    private void pauseForOthers(Duration wait) {
        running.release();
        try {
            pause.pause(wait);
        } finally {
            running.acquireUninterruptibly();
        }
    }

    private void run(Running started, PartialBlob own) {
        try {
            if (takeShortcut(started, own)) {
                fetch(started, own);
            }
        } finally {
            fills.remove(started.place().digest(), started);
            started.ended().countDown();
        }
    }

    private void fetch(Running started, PartialBlob own) {
        running.acquireUninterruptibly();
        try {
            if (arrivedMeanwhile(started.place().digest())) {
                own.discard(new ContentException.Unavailable("the blob arrived meanwhile; read it again", null));
                own.close();
            } else {
                started.fill().run();
            }
        } catch (IOException e) {
            ended(own, e);
        } finally {
            running.release();
        }
    }

    /**
     * Not under a permit of {@link #running}: a shortcut fetches blobs itself, and must not wait for a permit that it holds.
     *
     * @return false if the fill ended here
     */
    private boolean takeShortcut(Running started, PartialBlob own) {
        Place place = started.place();
        try {
            if (own.firstMissing(0) == own.sizeBytes()) { // a process that died had it all but in the store
                return true;
            }
            Optional<Shortcut.Way> way = ways.to(place, own);
            if (way.isPresent()) {
                started.fill().take(way.get(), ways.offered(place));
            }
            return true;
        } catch (IOException e) {
            if (e instanceof ContentException.Unavailable) {
                started.fill().giveUp();
            }
            return ended(own, e);
        } catch (RuntimeException | Error e) {
            ended(own, new ContentException.Unavailable("fetching " + place.digest() + " failed", e));
            throw e;
        }
    }

    /** Before room is made for a blob: keeps the base of a delta to it from being what makes room. */
    void keepBaseOf(Place place, long sizeBytes) throws IOException {
        ways.keepBaseOf(place, sizeBytes);
    }

    private static boolean ended(PartialBlob own, IOException why) {
        own.abandon(why);
        try {
            own.close();
        } catch (IOException e) {
            why.addSuppressed(e);
        }
        return false;
    }

    private boolean arrivedMeanwhile(Digest digest) throws IOException {
        return store.stat(digest).isPresent();
    }

    /** Cuts every fill and waits for it to let go of the store; their bytes stay for the next start. */
    @Override
    public void close() {
        closed = true;
        List<Running> cut = List.copyOf(fills.values());
        cut.forEach(each -> each.fill().cancel());
        long deadline = System.nanoTime() + CLOSE_LIMIT.toNanos();
        cut.forEach(each -> each.awaitEnd(deadline - System.nanoTime()));
    }
}
