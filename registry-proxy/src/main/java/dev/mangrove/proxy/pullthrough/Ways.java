package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.BlobStat;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.files.PartialBlob;
import dev.mangrove.distribution.client.Pause;
import dev.mangrove.oci.Digest;
import dev.mangrove.proxy.pullthrough.ManifestSource.Place;
import dev.mangrove.proxy.pullthrough.Shortcut.Wanted;
import dev.mangrove.proxy.pullthrough.Shortcut.Way;
import dev.mangrove.proxy.upstream.Asking;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Asks for a way to a blob for as long as it may still be told: what upstreams that do not answer now would say may cost a
 * fraction of the blob. Safe for any thread.
 */
final class Ways {
    private final Shortcut shortcut;
    private final Asking asking;
    private final BlobGate gate;
    private final Pause pause;
    private final InstantSource clock;
    private final BooleanSupplier closed;

    /** @param closed whether nobody should wait any more */
    Ways(Shortcut shortcut, Asking asking, BlobGate gate, Pause pause, InstantSource clock, BooleanSupplier closed) {
        this.shortcut = shortcut;
        this.asking = asking;
        this.gate = gate;
        this.pause = pause;
        this.clock = clock;
        this.closed = closed;
    }

    /** The way for a fill; empty if the blob is to be asked for. */
    Optional<Way> to(Place place, PartialBlob own) throws IOException {
        return find(new Wanted(place.repository(), place.digest(), own.sizeBytes(), own.presentBytes(), true, true));
    }

    /** Before room is made for a blob: keeps the base of a delta to it from being what makes room. */
    void keepBaseOf(Place place, long sizeBytes) throws IOException {
        find(new Wanted(place.repository(), place.digest(), sizeBytes, 0, false, true));
    }

    /** Whether an upstream says that it has the blob; false as well if none answers. */
    private boolean isOffered(Place place) {
        try {
            return asking.first(
                            place.repository(),
                            source -> source.upstream().client().stat(source.remote(), place.digest()))
                    .isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    /** Answers for a way to the blob of that place. */
    Shortcut.Offered offered(Place place) {
        return new Shortcut.Offered() {
            @Override
            public boolean isOffered() {
                return Ways.this.isOffered(place);
            }

            @Override
            public Optional<BlobStat> confirmed(Digest other) throws IOException {
                return gate.admit(new Place(place.repository(), other));
            }
        };
    }

    private Optional<Way> find(Wanted wanted) throws IOException {
        Place place = new Place(wanted.repository(), wanted.digest());
        Waiting waiting = new Waiting(clock);
        for (int round = 0; ; round++) {
            try {
                Optional<Way> way = shortcut.find(wanted);
                // nobody sends the blob itself, so that it may be read, and has that size, must be asked
                return way.isPresent() && isConfirmed(place, wanted.sizeBytes()) ? way : Optional.empty();
            } catch (ContentException.Unavailable e) {
                if (closed.getAsBoolean() || (waiting.isOver() && !isOffered(place))) {
                    throw e;
                }
            }
            if (waiting.isOver()) {
                return shortcut.find(wanted.impatient()); // that it is offered was just asked
            }
            pause.pause(waiting.pause(round));
        }
    }

    private boolean isConfirmed(Place place, long sizeBytes) throws IOException {
        return gate.admit(place).filter(stat -> stat.sizeBytes() == sizeBytes).isPresent();
    }
}
