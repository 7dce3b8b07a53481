package dev.mangrove.content.files;

import dev.mangrove.content.CommitOutcome;
import dev.mangrove.content.ContentException;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.InvalidNameException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** The partial blobs of a store. A partial takes room for its whole size from the start. */
final class Partials implements PartialBlobs, SharedPartial.Ending {
    private static final String MAP_SUFFIX = ".map";

    private final Disk disk;
    private final Layout layout;
    private final Room room;
    private final Shelf shelf;
    private final InstantSource clock;
    private final DigestLocks joining = new DigestLocks();
    private final Map<Digest, SharedPartial> open = new ConcurrentHashMap<>();

    Partials(Disk disk, Layout layout, Room room, Shelf shelf, InstantSource clock) {
        this.disk = disk;
        this.layout = layout;
        this.room = room;
        this.shelf = shelf;
        this.clock = clock;
    }

    /** Counts what earlier processes left, and deletes what nobody can use. */
    void recover() throws IOException {
        for (Algorithm algorithm : Algorithm.values()) {
            disk.createDirectories(layout.partials(algorithm));
            try (DirectoryStream<Path> files = Files.newDirectoryStream(layout.partials(algorithm))) {
                for (Path file : files) {
                    recover(algorithm, file);
                }
            }
        }
    }

    private void recover(Algorithm algorithm, Path file) throws IOException {
        String name = file.getFileName().toString();
        Optional<Digest> digest = digest(algorithm, name.substring(0, Math.max(0, name.lastIndexOf('.'))));
        if (digest.isEmpty() || !name.endsWith(MAP_SUFFIX)) {
            if (digest.isEmpty() || !Files.exists(layout.partialMap(digest.get()))) {
                disk.delete(file);
            }
            return;
        }
        OptionalLong size = LeafMap.sizeOf(file);
        if (size.isEmpty() || Files.exists(layout.blob(digest.get()))) { // no map, or one of what became a blob
            disk.delete(layout.partialData(digest.get()));
            disk.delete(file);
            return;
        }
        room.occupied(size.getAsLong());
    }

    private static Optional<Digest> digest(Algorithm algorithm, String hex) {
        try {
            return Optional.of(Digest.parse(algorithm.wireName() + ":" + hex));
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
    }

    @Override
    public PartialBlob join(Digest digest, long sizeBytes) throws IOException {
        try (DigestLocks.Held _ = joining.hold(digest)) {
            SharedPartial partial = open.get(digest);
            if (partial != null && partial.enter()) {
                return share(partial, sizeBytes);
            }
            Optional<OpenFiles.OpenFile> complete = shelf.borrow(digest);
            if (complete.isPresent()) {
                return new StoredPartial(digest, shelf, complete.get());
            }
            SharedPartial fresh = open(digest, sizeBytes);
            fresh.enter();
            open.put(digest, fresh);
            return new PartialShare(fresh);
        }
    }

    private static PartialBlob share(SharedPartial partial, long sizeBytes) throws IOException {
        if (partial.sizeBytes() != sizeBytes) {
            partial.leave();
            throw new ContentException.Corrupt(
                    partial.digest(),
                    partial.digest() + " is being fetched with a size of " + partial.sizeBytes()
                            + " bytes, but now it is said to have " + sizeBytes);
        }
        return new PartialShare(partial);
    }

    private SharedPartial open(Digest digest, long sizeBytes) throws IOException {
        if (sizeBytes == 0 && !digest.equals(Digest.ofBytes(digest.algorithm(), new byte[0]))) {
            throw new ContentException.Corrupt(digest, digest + " is not the digest of nothing, so it has a size");
        }
        Optional<Long> left = left(digest);
        if (left.isPresent() && left.get() != sizeBytes) { // an earlier source lied about the size, or this one does
            delete(digest, left.get());
            left = Optional.empty();
        }
        boolean fresh = left.isEmpty();
        if (fresh) {
            room.reserve(sizeBytes);
        }
        try {
            return open(new PartialFile(disk, layout, digest, sizeBytes), digest, sizeBytes);
        } catch (IOException e) {
            if (fresh) { // what an earlier fill left is worth more than a file that cannot be opened now
                delete(digest, sizeBytes);
            }
            throw e;
        }
    }

    private SharedPartial open(PartialFile file, Digest digest, long sizeBytes) throws IOException {
        try {
            return new SharedPartial(digest, sizeBytes, file, shelf, this);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** The size of the partial that lies on disk. */
    private Optional<Long> left(Digest digest) throws IOException {
        OptionalLong size = LeafMap.sizeOf(layout.partialMap(digest));
        return size.isPresent() ? Optional.of(size.getAsLong()) : Optional.empty();
    }

    private void delete(Digest digest, long sizeBytes) throws IOException {
        disk.delete(layout.partialData(digest));
        disk.delete(layout.partialMap(digest));
        room.release(sizeBytes);
    }

    @Override
    public OptionalLong sizeOf(Digest digest) throws IOException {
        SharedPartial partial = open.get(digest);
        return partial != null ? OptionalLong.of(partial.sizeBytes()) : LeafMap.sizeOf(layout.partialMap(digest));
    }

    @Override
    public Optional<PartialBlob> find(Digest digest) {
        SharedPartial partial = open.get(digest);
        return partial != null && partial.enter() ? Optional.of(new PartialShare(partial)) : Optional.empty();
    }

    @Override
    public int reap(Duration idle) throws IOException {
        long before = clock.millis() - idle.toMillis();
        int reaped = 0;
        for (Algorithm algorithm : Algorithm.values()) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(layout.partials(algorithm), "*" + MAP_SUFFIX)) {
                for (Path file : files) {
                    String name = file.getFileName().toString();
                    Optional<Digest> digest = digest(algorithm, name.substring(0, name.length() - MAP_SUFFIX.length()));
                    reaped += digest.isPresent() && reap(digest.get(), file, before) ? 1 : 0;
                }
            }
        }
        return reaped;
    }

    private boolean reap(Digest digest, Path map, long before) throws IOException {
        try (DigestLocks.Held _ = joining.hold(digest)) {
            Optional<Long> size = left(digest);
            if (open.containsKey(digest)
                    || size.isEmpty()
                    || Files.getLastModifiedTime(map).toMillis() > before) {
                return false;
            }
            delete(digest, size.get());
            return true;
        }
    }

    @Override
    public void committed(SharedPartial partial, CommitOutcome outcome) {
        if (outcome == CommitOutcome.ALREADY_PRESENT) {
            room.release(partial.sizeBytes());
        }
        open.remove(partial.digest(), partial);
    }

    @Override
    public void discarded(SharedPartial partial) {
        room.release(partial.sizeBytes());
        open.remove(partial.digest(), partial);
    }

    @Override
    public void closed(SharedPartial partial) {
        open.remove(partial.digest(), partial);
    }
}
