package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.BlobStat;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.Origin;
import dev.mangrove.content.files.PartialBlob;
import dev.mangrove.distribution.client.Pause;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import dev.mangrove.proxy.pullthrough.BlobSources.Attempt;
import dev.mangrove.proxy.pullthrough.BlobSources.Opened;
import dev.mangrove.proxy.pullthrough.Shortcut.Way;
import dev.mangrove.proxy.upstream.Upstreams.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * Fills one blob from upstream, from its first missing byte to its end, on behalf of nobody in particular. Readers that
 * need a range far ahead get it by a {@link RangeLanes lane} beside the main one; while nobody waits near the main one it
 * makes way for them, and it never brings what a lane is bringing.
 */
final class Fill {
    /** How far ahead of the main lane a reader does better to wait for it than to have a lane opened. */
    static final long NEAR_BYTES = 2L << 20;

    private static final int BUFFER_BYTES = 256 * 1024;

    /** How long the main lane makes way before it looks again whether somebody waits near it. */
    private static final Duration MADE_WAY = Duration.ofMillis(100);

    private static final System.Logger LOG = System.getLogger(Fill.class.getName());

    private final PartialBlob partial;
    private final BlobSources sources;
    private final Received received;
    private final Pause pause;
    private final Pause makingWay;
    private final RangeLanes lanes;
    private final Underway underway = new Underway();
    private final WantedEarly early = new WantedEarly();
    private volatile Optional<Way> way = Optional.empty();
    private volatile boolean cancelled;
    private volatile boolean gaveUp;

    /**
     * @param partial a share of the fill's own, taken for filling; closed by {@link #run}
     * @param received told of every byte and of the source that has the blob
     * @param makingWay pauses the main lane, and with it the fill
     */
    Fill(PartialBlob partial, BlobSources sources, Received received, Pause pause, Pause makingWay) {
        this.partial = partial;
        this.sources = sources;
        this.received = received;
        this.pause = pause;
        this.makingWay = makingWay;
        this.lanes = new RangeLanes(partial, this::copyRange);
    }

    /** Watches what a fill gets. */
    interface Received {
        /** That source began to send the blob: it has it. */
        void begun(Source source) throws IOException;

        /** All bytes are here; returns when what they prove is recorded. */
        void complete() throws IOException;

        /** Bytes came over the network. */
        void bytes(Source source, int count);
    }

    /** The shortcut that is taken, else the blob's first source, or the one that sends now. */
    Origin origin() {
        return way.map(Way::origin).orElseGet(sources::origin);
    }

    /** Whether the fill ended because no upstream has the blob. */
    boolean isAbsent() {
        return sources.isAbsent();
    }

    /** Whether it ended because nothing came for too long: to begin again at once would only wait again. */
    boolean hasGivenUp() {
        return gaveUp || sources.hasGivenUp();
    }

    /** The shortcut could not be had for too long. */
    void giveUp() {
        gaveUp = true;
    }

    /** Says that a reader wants these bytes before all others. Returns at once. */
    void want(ByteRange range) throws IOException {
        if (!early.add(range)) {
            openLane(range);
        }
    }

    private void openLane(ByteRange range) throws IOException {
        long missing = partial.firstMissing(range.offset());
        if (missing < range.end() && underway.broughtUntil(missing) < range.end()) {
            lanes.open(range);
        }
    }

    /** Ends the fill soon, without its blob; what is here stays for the next. */
    void cancel() {
        cancelled = true;
        lanes.cut();
    }

    /**
     * Goes a shortcut as far as it leads; before {@link #run}. Failures are the caller's to tell the readers.
     *
     * @param offered asks the upstreams
     */
    void take(Way shortcut, Shortcut.Offered offered) throws IOException {
        way = Optional.of(shortcut);
        shortcut.fill(partial, new Shortcut.Situation() {
            @Override
            public boolean isCancelled() {
                return cancelled;
            }

            @Override
            public boolean isOffered() {
                return offered.isOffered();
            }

            @Override
            public Optional<BlobStat> confirmed(Digest other) throws IOException {
                return offered.confirmed(other);
            }
        });
        if (partial.firstMissing(0) < partial.sizeBytes()) {
            way = Optional.empty();
        }
    }

    /** Fills to the end and commits; whatever happens, the readers learn of it. */
    void run() {
        try (partial) {
            fillAndCommit();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "letting go of the partial of " + partial.digest() + " failed", e);
        }
    }

    private void fillAndCommit() {
        try {
            openEarlyLanes();
            for (long at = partial.firstMissing(0); at < partial.sizeBytes(); at = partial.firstMissing(0)) {
                if (cancelled) {
                    throw new ContentException.Unavailable("this node is shutting down; try again later", null);
                }
                if (lanes.isBusy() && (isOnlyAwaitedElsewhere(at) || underway.broughtUntil(at) > at)) {
                    lanes.awaitIdle(MADE_WAY);
                } else {
                    copy(new ByteRange(at, partial.sizeBytes() - at), true);
                }
            }
            lanes.close();
            received.complete();
            partial.prove();
            partial.commit();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.INFO, "fetching " + partial.digest() + " stopped: " + e.getMessage());
            lanes.close();
            partial.abandon(e);
        } catch (RuntimeException | Error e) {
            lanes.close();
            partial.abandon(new ContentException.Unavailable("fetching " + partial.digest() + " failed", e));
            throw e;
        }
    }

    private void openEarlyLanes() throws IOException {
        long first = partial.firstMissing(0);
        try (Underway.Stretch _ =
                underway.begin(new ByteRange(first, partial.sizeBytes() - first))) { // by the main lane
            for (ByteRange wanted : early.end()) {
                openLane(wanted);
            }
        }
    }

    private void copyRange(ByteRange wanted) throws IOException {
        long at = partial.firstMissing(wanted.offset());
        while (at < wanted.end()) {
            long brought = underway.broughtUntil(at);
            if (brought == at) {
                copy(new ByteRange(at, wanted.end() - at), false);
            }
            if (lanes.isClosed()) {
                return;
            }
            at = partial.firstMissing(Math.max(at, brought));
        }
    }

    /** One request: as much of {@code wanted} as it brings before it breaks, meets bytes that are here, or makes way. */
    private void copy(ByteRange wanted, boolean main) throws IOException {
        try (Underway.Stretch stretch = underway.begin(wanted)) {
            copy(wanted, stretch, main);
        }
    }

    private void copy(ByteRange wanted, Underway.Stretch stretch, boolean main) throws IOException {
        switch (sources.open(wanted)) {
            case Attempt.Failed(Source source, IOException why) -> pauseAfter(source, why, main);
            case Attempt.Open(Opened opened) -> {
                Optional<IOException> broken;
                try (opened) {
                    lanes.lend(opened.blob());
                    broken = copy(opened, wanted, stretch, main);
                } finally {
                    lanes.takeBack(opened.blob());
                }
                if (broken.isPresent() && !lanes.isClosed()) {
                    pauseAfter(opened.source(), broken.get(), main);
                }
            }
        }
    }

    /** The failure of the source as a value; a failure of our own disk is thrown, since no other source mends it. */
    private Optional<IOException> copy(Opened opened, ByteRange wanted, Underway.Stretch stretch, boolean main)
            throws IOException {
        if (!touching(main, () -> received.begun(opened.source()))) {
            return Optional.empty();
        }
        byte[] buffer = new byte[(int) Math.min(BUFFER_BYTES, Math.max(1, wanted.length()))];
        while (true) {
            long at = opened.blob().position();
            int count;
            try {
                count = opened.blob().read(buffer, 0, buffer.length);
            } catch (IOException e) {
                return Optional.of(e);
            }
            if (count < 0) {
                return at < wanted.end() ? Optional.of(new IOException("the answer ended early")) : Optional.empty();
            }
            if (at + count > partial.sizeBytes()) {
                return Optional.of(new ContentException.Corrupt(
                        partial.digest(), "blob " + partial.digest() + " is longer at the upstream than was told"));
            }
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
            boolean[] done = {false};
            boolean taken = touching(main, () -> {
                take(opened, at, bytes);
                done[0] = opened.blob().range().offset() == wanted.offset()
                        && isDone(opened.blob().position(), wanted, stretch, main);
            });
            if (!taken || done[0]) {
                return Optional.empty();
            }
        }
    }

    /** What touches the partial: by the main lane at any time, by others unless they were closed meanwhile. */
    private boolean touching(boolean main, RangeLanes.Step step) throws IOException {
        if (main) {
            step.run();
            return true;
        }
        return lanes.unlessClosed(step);
    }

    private void take(Opened opened, long at, ByteBuffer bytes) throws IOException {
        received.bytes(opened.source(), bytes.remaining());
        long before = partial.presentBytes();
        partial.write(at, bytes);
        if (partial.presentBytes() > before) { // what is here already, sent again, leads nowhere
            sources.worked();
        }
    }

    private boolean isDone(long position, ByteRange wanted, Underway.Stretch stretch, boolean main) throws IOException {
        stretch.at(position);
        return position >= wanted.end()
                || partial.firstMissing(position) > position
                || (main && lanes.isBusy() && isOnlyAwaitedElsewhere(position));
    }

    private boolean isOnlyAwaitedElsewhere(long position) {
        long near = Math.min(NEAR_BYTES, partial.sizeBytes() - position);
        return partial.isAwaitedOutside(new ByteRange(position, near));
    }

    private void pauseAfter(Source source, IOException why, boolean main) throws IOException {
        var wait = sources.failed(source, why);
        if (!wait.isZero()) {
            (main ? makingWay : pause).pause(wait);
        }
    }
}
