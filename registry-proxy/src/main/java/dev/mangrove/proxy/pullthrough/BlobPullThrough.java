package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.Blob;
import dev.mangrove.content.BlobReader;
import dev.mangrove.content.BlobStat;
import dev.mangrove.content.BlobStore;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.ContentSource;
import dev.mangrove.content.Ingest;
import dev.mangrove.content.Origin;
import dev.mangrove.content.ReadRequest;
import dev.mangrove.content.files.PartialBlob;
import dev.mangrove.content.files.PartialBlobs;
import dev.mangrove.content.files.PartialRead;
import dev.mangrove.distribution.Via;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.proxy.pullthrough.Fills.Running;
import dev.mangrove.proxy.pullthrough.ManifestSource.Place;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Blobs: from the store; else from the one fill that gets the blob, while it gets it. A failure that comes before the
 * first byte was lent is tried once more, at another upstream if there is one; after it, it is the reader's to see.
 */
final class BlobPullThrough implements ContentSource {
    private static final int MAX_TRIES = 3;

    private final BlobStore store;
    private final PartialBlobs partials;
    private final PartialBlobs evicting;
    private final BlobGate gate;
    private final Fills fills;

    BlobPullThrough(BlobStore store, PartialBlobs partials, RoomMaker room, BlobGate gate, Fills fills) {
        this.store = store;
        this.partials = partials;
        this.evicting = new EvictingPartials(partials, room);
        this.gate = gate;
        this.fills = fills;
    }

    @Override
    public Optional<BlobStat> stat(ReadRequest request) throws IOException {
        return gate.sizeOf(new Place(request.via(), request.digest()));
    }

    @Override
    public <R> Optional<R> read(ReadRequest request, BlobReader<R> reader) throws IOException {
        Place place = new Place(request.via(), request.digest());
        for (int tries = 1; ; tries++) {
            if (store.stat(place.digest()).isPresent()) {
                if (gate.admit(place).isEmpty()) {
                    return Optional.empty();
                }
                Optional<R> local = store.read(place.digest(), request.range(), reader);
                if (local.isPresent()) {
                    return local;
                } // else swept between the two: fetch it
            }
            Optional<BlobStat> size = gate.sizeOf(place);
            if (size.isEmpty()) {
                return Optional.empty();
            }
            Tried<R> tried = size.get().sizeBytes() == 0
                    ? keepEmpty(place)
                    : readFilling(place, size.get().sizeBytes(), request.range(), reader);
            switch (tried) {
                case Tried.Absent<R> absent -> {
                    return Optional.empty();
                }
                case Tried.Read<R>(R result) -> {
                    return Optional.of(result);
                }
                case Tried.Again<R>(IOException why) -> {
                    if (tries == MAX_TRIES) {
                        throw why;
                    }
                }
            }
        }
    }

    private sealed interface Tried<R> {
        record Read<R>(R result) implements Tried<R> {}

        record Absent<R>() implements Tried<R> {}

        record Again<R>(IOException why) implements Tried<R> {}
    }

    private <R> Tried<R> readFilling(Place place, long size, Optional<ByteRange> wanted, BlobReader<R> reader)
            throws IOException {
        Optional<PartialBlob> joined = join(place, size);
        if (joined.isEmpty()) {
            return new Tried.Absent<>();
        }
        try (PartialBlob share = joined.get()) {
            ByteRange range = wanted.orElse(ByteRange.whole(share.sizeBytes()));
            if (range.end() > share.sizeBytes()) {
                throw new IllegalArgumentException(range + " is outside of a blob of " + share.sizeBytes() + " bytes");
            }
            boolean shared =
                    share.presentBytes() > 0 || fills.find(place.digest()).isPresent();
            if (shared && gate.admit(place).isEmpty()) {
                return new Tried.Absent<>();
            }
            boolean here = share.presentBytes() == share.sizeBytes(); // only the store has not got it yet
            Optional<Running> fill = fills.ensure(place, share);
            boolean own = fill.isPresent() && fill.get().place().equals(place);
            if (!own && gate.admit(place).isEmpty()) { // also if a fill is about to begin that we cannot see yet
                return new Tried.Absent<>();
            }
            if (wanted.isPresent() && fill.isPresent()) {
                fill.get().fill().want(range);
            }
            return lend(place, share, range, fill, here, reader);
        }
    }

    /**
     * A manifest may say what it likes about a size: only what an upstream confirms lets other content go, and replaces
     * a partial that was begun with another size.
     */
    private Optional<PartialBlob> join(Place place, long told) throws IOException {
        OptionalLong begun = partials.sizeOf(place.digest());
        if (begun.isEmpty() || begun.getAsLong() == told) {
            try {
                return Optional.of(partials.join(place.digest(), told));
            } catch (ContentException.OverBudget full) {
                // below: room can be made
            }
        }
        Optional<BlobStat> confirmed = gate.admit(place);
        if (confirmed.isEmpty()) {
            return Optional.empty();
        }
        long size = confirmed.get().sizeBytes();
        fills.keepBaseOf(place, size);
        return Optional.of(evicting.join(place.digest(), size));
    }

    private <R> Tried<R> lend(
            Place place, PartialBlob share, ByteRange range, Optional<Running> fill, boolean here, BlobReader<R> reader)
            throws IOException {
        try (PartialRead bytes = share.read(range)) {
            Optional<IOException> failed = firstByte(bytes);
            if (failed.isEmpty()) {
                if (gate.admit(place).isEmpty()) { // an earlier fill, of another repository, may have left these bytes
                    return new Tried.Absent<>();
                }
                Origin origin = here || fill.isEmpty()
                        ? Origin.LOCAL
                        : fill.get().fill().origin();
                return new Tried.Read<>(
                        reader.read(new Blob.Arriving(bytes.file(), bytes, range, share.sizeBytes(), origin)));
            }
            boolean own = fill.isPresent() && fill.get().place().equals(place);
            if (own && fill.get().fill().isAbsent()) {
                gate.miss(place);
                return new Tried.Absent<>();
            }
            boolean gaveUp = own && fill.get().fill().hasGivenUp();
            boolean notOurs = fill.isPresent() && isNotOurs(failed.get(), fill.get(), place);
            boolean mayRecover = !gaveUp && failed.get() instanceof ContentException known && known.retryable();
            boolean another = notOurs || mayRecover;
            if (!another) {
                throw failed.get();
            }
            fill.ifPresent(Running::awaitEnd);
            return new Tried.Again<>(failed.get());
        }
    }

    /** What other upstreams say to the fill of another place, or to who came by another way, is not about our request. */
    private static boolean isNotOurs(IOException failure, Running fill, Place place) {
        boolean otherWay =
                failure instanceof ContentException.Loop && !fill.via().equals(Via.current());
        return otherWay || !fill.place().equals(place);
    }

    /** Waits for the first byte, so that an error can still be told as one. */
    private static Optional<IOException> firstByte(PartialRead bytes) {
        if (bytes.range().length() == 0) {
            return Optional.empty();
        }
        try {
            bytes.awaitBeyond(bytes.range().offset());
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        }
    }

    /** The empty blob needs no upstream, if that is what the digest says. */
    private <R> Tried<R> keepEmpty(Place place) throws IOException {
        if (gate.admit(place).isEmpty()) {
            return new Tried.Absent<>();
        }
        try (Ingest nothing = store.begin()) {
            nothing.commit(place.digest());
        }
        return new Tried.Again<>(new ContentException.Unavailable("the empty blob is gone again", null));
    }
}
