package dev.mangrove.content.files;

import dev.mangrove.content.Blob;
import dev.mangrove.content.BlobReader;
import dev.mangrove.content.BlobStat;
import dev.mangrove.content.BlobStore;
import dev.mangrove.content.Bounds;
import dev.mangrove.content.Ingest;
import dev.mangrove.content.Origin;
import dev.mangrove.content.Trash;
import dev.mangrove.content.Uploads;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The store of one process: blobs, upload sessions and partials under one directory, locked against other processes.
 * Format: {@code docs/formats/store.md}. Safe for any thread.
 *
 * <p>A commit is durable when it returns: data {@code fdatasync}, rename, directory {@code fsync}. After a failed sync
 * the store is read-only until the process is restarted: {@link #failure()}.
 */
public final class FileStore implements BlobStore, Trash, AutoCloseable {
    private static final String ANONYMOUS_PREFIX = "ingest-";

    private final FailStopDisk disk;
    private final Layout layout;
    private final Room room;
    private final Shelf shelf;
    private final StoreScan scan;
    private final StoreLock lock;
    private final UploadSessions uploads;
    private final Ballast ballast;
    private final Recipes recipes;
    private final Partials partials;
    private final InstantSource clock;
    private final AtomicLong anonymous = new AtomicLong();

    private FileStore(Path root, StoreLimits limits, InstantSource clock, Disk raw, StoreLock lock) {
        this.disk = new FailStopDisk(raw);
        this.layout = new Layout(root);
        this.clock = clock;
        this.lock = lock;
        this.room = new Room(disk, root, limits);
        this.shelf = new Shelf(disk, layout, room, clock);
        this.scan = new StoreScan(disk, layout, room);
        this.uploads = new UploadSessions(disk, layout.uploads(), file -> staged(file, 0), clock);
        this.ballast = new Ballast(disk, root, Layout.BALLAST, limits.ballastBytes());
        this.recipes = new Recipes(disk, layout, room, this);
        this.partials = new Partials(disk, layout, room, shelf, clock);
    }

    /**
     * Opens the store in that directory, or makes it.
     *
     * @throws StoreUnusableException if another process has it, or its version is not ours
     */
    public static FileStore open(Path root, StoreLimits limits, InstantSource clock) throws IOException {
        return open(root, limits, clock, new SystemDisk());
    }

    /** As {@link #open(Path, StoreLimits, InstantSource)}, over a given disk. */
    public static FileStore open(Path root, StoreLimits limits, InstantSource clock, Disk disk) throws IOException {
        disk.createDirectories(root);
        StoreLock lock = StoreLock.take(new Layout(root));
        try {
            FileStore store = new FileStore(root, limits, clock, disk, lock);
            store.recover();
            return store;
        } catch (IOException | RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    private void recover() throws IOException {
        StoreVersion.check(disk, layout);
        disk.createDirectories(layout.uploads());
        disk.createDirectories(layout.trash());
        disk.createDirectories(layout.quarantine());
        scan.recoverBlobs();
        scan.recoverUploads(ANONYMOUS_PREFIX, (file, size) -> uploads.adopt(staged(file, size), clock.millis()));
        partials.recover();
        ballast.lay();
    }

    private StagedFile staged(Path file, long sizeBytes) {
        return new StagedFile(disk, room, shelf, file, sizeBytes);
    }

    /** The upload sessions of this store. */
    public Uploads uploads() {
        return uploads;
    }

    /** The disk as this store sees it: stops for good after a failed sync. For the names log of the same process. */
    public Disk disk() {
        return disk;
    }

    /** The ballast to release when the names log finds the disk full. */
    public Ballast ballast() {
        return ballast;
    }

    /** The directory of the names log. */
    public Path logDirectory() {
        return layout.root().resolve("log");
    }

    /** The directory of a view that may be deleted at any time the process is down. */
    public Path indexDirectory() {
        return layout.root().resolve("index");
    }

    /**
     * Why only a restart helps: a sync failed, or the directory of the store is gone. Empty while it is healthy; quick
     * enough to be asked every second.
     */
    public Optional<IOException> failure() {
        Optional<IOException> failed = disk.failure();
        return failed.isPresent() || Files.exists(layout.lock())
                ? failed
                : Optional.of(new NoSuchFileException("LOCK", null, "the directory of the store is gone"));
    }

    /** Why pushes and fills would fail now, for an operator; empty if nothing is known to be in their way. */
    public Optional<String> obstacle() {
        if (failure().isPresent()) {
            return Optional.of("the disk of the store failed: check it, then restart this process");
        }
        return Files.isWritable(layout.uploads())
                ? Optional.empty()
                : Optional.of("the store cannot be written: make its file system writable");
    }

    /** Shows everything here that has a limit of its own. */
    public void bounds(Bounds seen) {
        seen.bounded("uploads", UploadSessions.MAX_SESSIONS, uploads::count);
        seen.bounded("open_files", Shelf.MAX_IDLE_FILES, shelf::openFiles);
    }

    /** Bytes by which the store is over its quota or reserve, or would be with {@code more}; 0 if they fit. */
    public long lackingBytes(long more) throws IOException {
        return room.lackingBytes(more);
    }

    /** As {@link #lackingBytes}, of the reserve alone: what a file system that is slow to free space may still give back. */
    long lackingDiskBytes(long more) throws IOException {
        return room.lackingDiskBytes(more);
    }

    /** Shows every blob with the time it was last read, which is exact to some minutes. */
    void lastRead(StoreScan.BlobVisitor visitor) throws IOException {
        scan.blobs(visitor);
    }

    /** Deletes a discarded blob at once, unless somebody brought it back. */
    boolean deleteDiscarded(Digest digest) throws IOException {
        return shelf.deleteTrashed(digest, Long.MAX_VALUE);
    }

    /** Bytes of everything in the store. */
    public long usedBytes() {
        return room.usedBytes();
    }

    @Override
    public Optional<BlobStat> stat(Digest digest) throws IOException {
        return shelf.attributes(digest).map(found -> new BlobStat(digest, found.size()));
    }

    @Override
    public Optional<BlobStat> retain(Digest digest) throws IOException {
        return shelf.retain(digest) ? stat(digest) : Optional.empty();
    }

    @Override
    public <R> Optional<R> read(Digest digest, Optional<ByteRange> range, BlobReader<R> reader) throws IOException {
        Optional<OpenFiles.OpenFile> borrowed = shelf.borrow(digest);
        if (borrowed.isEmpty()) {
            return Optional.empty();
        }
        OpenFiles.OpenFile file = borrowed.get();
        try {
            ByteRange wanted = range.orElse(ByteRange.whole(file.sizeBytes));
            if (wanted.end() > file.sizeBytes) {
                throw new IllegalArgumentException(wanted + " is not inside a blob of " + file.sizeBytes + " bytes");
            }
            return Optional.of(reader.read(new Blob.FileSlice(file.channel, wanted, file.sizeBytes, Origin.LOCAL)));
        } finally {
            shelf.giveBack(file);
        }
    }

    @Override
    public Ingest begin() throws IOException {
        return staged(layout.uploads().resolve(ANONYMOUS_PREFIX + anonymous.incrementAndGet()), 0);
    }

    @Override
    public boolean discard(Digest digest) throws IOException {
        return shelf.discard(digest, Long.MAX_VALUE, () -> true);
    }

    @Override
    public boolean discardIf(Digest digest, Duration untouched, Condition condition) throws IOException {
        return shelf.discard(digest, clock.millis() - untouched.toMillis(), condition);
    }

    @Override
    public Stream<BlobStat> list() throws IOException {
        List<BlobStat> blobs = new ArrayList<>();
        scan.blobs((blob, lastRead) -> blobs.add(blob));
        return blobs.stream();
    }

    @Override
    public int emptyTrash(Duration age) throws IOException {
        long before = clock.millis() - age.toMillis();
        int[] deleted = {0};
        scan.trashed(digest -> deleted[0] += shelf.deleteTrashed(digest, before) ? 1 : 0);
        return deleted[0];
    }

    /** Reads a blob again and moves it to the quarantine if it is not what it is named; tells what was found. */
    public Verdict verify(Digest digest) throws IOException {
        Optional<Boolean> intact = read(digest, Optional.empty(), blob -> digest.equals(hashOf(digest, blob)));
        if (intact.isEmpty()) {
            return Verdict.ABSENT;
        }
        if (intact.get()) {
            return Verdict.INTACT;
        }
        shelf.quarantine(digest);
        return Verdict.QUARANTINED;
    }

    private static Digest hashOf(Digest digest, Blob blob) throws IOException {
        MessageDigest hash = digest.algorithm().newHash();
        byte[] buffer = new byte[StagedFile.BUFFER_BYTES];
        InputStream in = blob.asStream();
        for (int got; (got = in.read(buffer)) >= 0; ) {
            hash.update(buffer, 0, got);
        }
        return Digest.ofHash(digest.algorithm(), hash);
    }

    /** What {@link #verify} found. */
    public enum Verdict {
        INTACT,
        QUARANTINED,
        ABSENT
    }

    /** The blobs on their way in from elsewhere. */
    public PartialBlobs partials() {
        return partials;
    }

    /** The leaf hashes of this store's blobs. */
    public Recipes recipes() {
        return recipes;
    }

    /** Closes the files and gives the lock back. */
    @Override
    public void close() throws IOException {
        try {
            shelf.close();
        } finally {
            lock.close();
        }
    }
}
