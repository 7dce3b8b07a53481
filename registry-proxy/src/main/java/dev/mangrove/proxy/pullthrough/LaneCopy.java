package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.ContentException;
import dev.mangrove.content.files.PartialBlob;
import dev.mangrove.distribution.client.Pause;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.proxy.pullthrough.BlobSources.Attempt;
import dev.mangrove.proxy.pullthrough.BlobSources.Opened;
import dev.mangrove.proxy.pullthrough.Fill.Received;
import dev.mangrove.proxy.upstream.Upstreams.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Brings bytes of a blob from its sources into its partial, by the main lane or by one beside it. */
final class LaneCopy {
    /** How far ahead of a lane a reader does better to wait for it than to have another opened. */
    static final long NEAR_BYTES = 2L << 20;

    private static final int BUFFER_BYTES = 256 * 1024;

    private final PartialBlob partial;
    private final BlobSources sources;
    private final Received received;
    private final Pause pause;
    private final Pause makingWay;
    private final RangeLanes lanes;
    private final Underway underway = new Underway();

    /** @param makingWay pauses the main lane, and with it the fill */
    LaneCopy(PartialBlob partial, BlobSources sources, Received received, Pause pause, Pause makingWay) {
        this.partial = partial;
        this.sources = sources;
        this.received = received;
        this.pause = pause;
        this.makingWay = makingWay;
        this.lanes = new RangeLanes(partial, this::copyRange);
    }

    /** The lanes beside the main one. */
    RangeLanes lanes() {
        return lanes;
    }

    /** What all lanes are bringing. */
    Underway underway() {
        return underway;
    }

    /** Whether the main lane should leave the next bytes to others: one brings them, or nobody waits near. */
    boolean shouldMakeWay(long at) {
        return lanes.isBusy() && (isOnlyAwaitedElsewhere(at) || underway.isComing(at));
    }

    /** One request of the main lane, for all from there to the end. */
    void copyMain(long at) throws IOException {
        copy(new ByteRange(at, partial.sizeBytes() - at), true);
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
