package dev.mangrove.catalog.delta;

import dev.mangrove.content.Caller;
import dev.mangrove.content.log.NameRecord;
import dev.mangrove.content.log.NameRecord.ManifestLinked;
import dev.mangrove.content.log.Names;
import dev.mangrove.delta.artifact.DeltaArtifact;
import dev.mangrove.distribution.PushTarget;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How many bytes of deltas a repository may have. The oldest make room for new ones, since a delta is wanted most soon
 * after it was made, and every target can be had without.
 */
public final class DeltaBudget {
    private static final int MAX_MANIFESTS = 10_000;

    private final Names names;
    private final PushTarget pushes;
    private final long bytesPerRepository;
    private final Room room;

    /** Room of the store that all repositories share. */
    @FunctionalInterface
    public interface Room {
        /** Bytes that would have to go before so many more fit; 0 if they fit. */
        long lackingBytes(long more) throws IOException;
    }

    DeltaBudget(Names names, PushTarget pushes, long bytesPerRepository, Room room) {
        this.names = names;
        this.pushes = pushes;
        this.bytesPerRepository = bytesPerRepository;
        this.room = room;
    }

    /** Whether so many bytes may be written: what one repository's deltas may take is always left to pushes. */
    boolean hasRoom(long bytes) throws IOException {
        return room.lackingBytes(bytes + bytesPerRepository) == 0;
    }

    /** Makes room; false if there cannot be enough. */
    boolean admit(Location repository, long bytes) throws IOException {
        if (bytes > bytesPerRepository || !hasRoom(bytes)) {
            return false;
        }
        List<ManifestLinked> deltas = names.manifests(repository, MAX_MANIFESTS).stream()
                .filter(link -> DeltaArtifact.isDelta(link.artifactType()))
                .sorted(Comparator.comparing(ManifestLinked::at))
                .toList();
        long used = bytes;
        for (ManifestLinked delta : deltas) {
            used += sizeOf(repository, delta);
        }
        for (ManifestLinked delta : deltas) {
            if (used <= bytesPerRepository) {
                break;
            }
            used -= sizeOf(repository, delta);
            remove(repository, delta);
        }
        return true;
    }

    /** Removes the deltas that lead to a manifest which is gone. */
    void removeThoseOf(Location repository, Digest target) throws IOException {
        for (ManifestLinked attached : names.referrers(repository, target)) {
            if (DeltaArtifact.isDelta(attached.artifactType())) {
                remove(repository, attached);
            }
        }
    }

    private long sizeOf(Location repository, ManifestLinked delta) throws IOException {
        long bytes = 0;
        for (Digest part : delta.references()) {
            Optional<NameRecord.BlobLinked> link = names.blob(repository, part);
            bytes += link.map(NameRecord.BlobLinked::sizeBytes).orElse(0L);
        }
        return bytes;
    }

    private void remove(Location repository, ManifestLinked delta) throws IOException {
        pushes.deleteManifest(repository, delta.manifest(), Caller.NODE);
        List<ManifestLinked> left = names.manifests(repository, MAX_MANIFESTS);
        for (Digest part : delta.references()) {
            if (left.stream().noneMatch(other -> other.references().contains(part))) {
                pushes.deleteBlob(repository, part, Caller.NODE);
            }
        }
    }
}
