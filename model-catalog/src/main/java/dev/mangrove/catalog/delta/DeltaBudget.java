package dev.mangrove.catalog.delta;

import dev.mangrove.content.log.NameRecord.ManifestLinked;
import dev.mangrove.content.log.Names;
import dev.mangrove.delta.artifact.DeltaArtifact;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.util.List;

/**
 * How many bytes of deltas a repository may have. The oldest make room for new ones, since a delta is wanted most soon
 * after it was made, and every target can be had without.
 */
public final class DeltaBudget {
    private final Names names;
    private final DeltaLinks links;
    private final long bytesPerRepository;
    private final Room room;

    /** Room of the store that all repositories share. */
    @FunctionalInterface
    public interface Room {
        /** Bytes that would have to go before so many more fit; 0 if they fit. */
        long lackingBytes(long more) throws IOException;
    }

    DeltaBudget(Names names, DeltaLinks links, long bytesPerRepository, Room room) {
        this.names = names;
        this.links = links;
        this.bytesPerRepository = bytesPerRepository;
        this.room = room;
    }

    /** Whether so many bytes may be written: what one repository's deltas may take is always left to pushes. */
    boolean hasRoom(long bytes) throws IOException {
        return room.lackingBytes(bytes + bytesPerRepository) == 0;
    }

    /** Whether deltas of so many bytes may be attached; {@link #trim} after it. */
    boolean allows(long bytes) throws IOException {
        return bytes <= bytesPerRepository && hasRoom(bytes);
    }

    /**
     * Removes the oldest deltas beyond the budget.
     *
     * @param newest stays; it is attached already, so that no blob goes that it shares with an older one
     */
    void trim(Location repository, Digest newest) throws IOException {
        List<DeltaLinks.Attached> deltas = links.oldestFirst(repository);
        long used = deltas.stream().mapToLong(DeltaLinks.Attached::sizeBytes).sum();
        for (DeltaLinks.Attached delta : deltas) {
            if (used > bytesPerRepository && !delta.manifest().equals(newest)) {
                used -= delta.sizeBytes();
                links.remove(repository, delta.manifest());
            }
        }
    }

    /** Removes the deltas that lead to a manifest which is gone. */
    void removeThoseOf(Location repository, Digest target) throws IOException {
        for (ManifestLinked attached : names.referrers(repository, target)) {
            if (DeltaArtifact.isDelta(attached.artifactType())) {
                links.remove(repository, attached.manifest());
            }
        }
    }
}
