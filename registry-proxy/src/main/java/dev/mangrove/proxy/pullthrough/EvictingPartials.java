package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.files.PartialBlob;
import dev.mangrove.content.files.PartialBlobs;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Partials of a cache: where a new one does not fit, older content makes room. */
public final class EvictingPartials implements PartialBlobs {
    private final PartialBlobs partials;
    private final RoomMaker room;

    public EvictingPartials(PartialBlobs partials, RoomMaker room) {
        this.partials = partials;
        this.room = room;
    }

    @Override
    public PartialBlob join(Digest digest, long sizeBytes) throws IOException {
        return room.making(sizeBytes, () -> partials.join(digest, sizeBytes));
    }

    @Override
    public OptionalLong sizeOf(Digest digest) throws IOException {
        return partials.sizeOf(digest);
    }

    @Override
    public Optional<PartialBlob> find(Digest digest) {
        return partials.find(digest);
    }

    @Override
    public int reap(Duration idle) throws IOException {
        return partials.reap(idle);
    }
}
