package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.BlobStat;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.Origin;
import dev.mangrove.content.files.PartialBlob;
import dev.mangrove.distribution.client.Pause;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import dev.mangrove.proxy.pullthrough.Shortcut.Way;
import dev.mangrove.proxy.upstream.Upstreams.Source;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Fills one blob from upstream, from its first missing byte to its end, on behalf of nobody in particular. Readers that
 * need a range far ahead get it by a {@link RangeLanes lane} beside the main one; while nobody waits near the main one it
 * makes way for them, and it never brings what a lane is bringing.
 */
final class Fill {
    /** How long the main lane makes way before it looks again whether somebody waits near it. */
    private static final Duration MADE_WAY = Duration.ofMillis(100);

    private static final System.Logger LOG = System.getLogger(Fill.class.getName());

    private final PartialBlob partial;
    private final BlobSources sources;
    private final Received received;
    private final LaneCopy copy;
    private final RangeLanes lanes;
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
        this.copy = new LaneCopy(partial, sources, received, pause, makingWay);
        this.lanes = copy.lanes();
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
        if (missing < range.end() && copy.underway().broughtUntil(missing) < range.end()) {
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
                if (copy.shouldMakeWay(at)) {
                    lanes.awaitIdle(MADE_WAY);
                } else {
                    copy.copyMain(at);
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
        ByteRange ofTheMainLane = new ByteRange(first, partial.sizeBytes() - first);
        try (Underway.Stretch _ = copy.underway().begin(ofTheMainLane)) {
            for (ByteRange wanted : early.end()) {
                openLane(wanted);
            }
        }
    }
}
