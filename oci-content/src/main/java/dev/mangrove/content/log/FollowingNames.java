package dev.mangrove.content.log;

import dev.mangrove.content.files.Ballast;
import dev.mangrove.content.files.Disk;
import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.keyvalue.KeyValue;
import dev.mangrove.content.log.NameRecord.BlobLinked;
import dev.mangrove.content.log.NameRecord.ManifestLinked;
import dev.mangrove.content.log.NameRecord.Released;
import dev.mangrove.content.log.NameRecord.TagMoved;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The names log of a store and a view that follows it. The log is the truth; the view may be missing, behind or of
 * another log when this opens, and is brought up to date from the snapshot and the segments. Safe for any thread.
 */
public final class FollowingNames implements Names, AutoCloseable {
    private static final int LINK_STRIPES = 1024;

    private final NamesLog log;
    private final View view;
    private final ViewWriter writer;
    private final KeyValue entries;
    private final Snapshot snapshot;
    private final GroupCommit commits;
    private final InstantSource clock;
    private final AtomicLong applied = new AtomicLong();
    private final AtomicLongArray lastLinked = new AtomicLongArray(LINK_STRIPES);
    private final ReentrantLock compacting = new ReentrantLock();

    private FollowingNames(Disk disk, NamesLog log, Ballast ballast, KeyValue entries, InstantSource clock) {
        this.log = log;
        this.view = new View(entries);
        this.writer = new ViewWriter(entries);
        this.entries = entries;
        this.snapshot = new Snapshot(disk, log.directory(), log.id());
        this.clock = clock;
        this.commits = new GroupCommit(log, this::follow, ballast);
    }

    /**
     * Opens the names of a store, or begins them.
     *
     * @param entries where the view is kept; taken: closed with the names, or when this fails
     * @throws dev.mangrove.content.files.StoreUnusableException if the log is damaged in a way that no crash explains
     */
    public static FollowingNames open(FileStore store, KeyValue entries, InstantSource clock) throws IOException {
        return open(store.disk(), store.logDirectory(), store.ballast(), entries, clock);
    }

    static FollowingNames open(Disk disk, Path directory, Ballast ballast, KeyValue entries, InstantSource clock)
            throws IOException {
        try {
            NamesLog log = NamesLog.open(disk, directory);
            try {
                FollowingNames names = new FollowingNames(disk, log, ballast, entries, clock);
                names.catchUp();
                return names;
            } catch (IOException | RuntimeException e) {
                log.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            entries.close();
            throw e;
        }
    }

    /** Why names can only be looked up, and not changed, until a restart; empty while all is well. */
    public Optional<Exception> failure() {
        return commits.failure();
    }

    private void catchUp() throws IOException {
        Optional<Long> shown = view.position(log.id());
        if (shown.isEmpty() || !log.hasAllAfter(shown.get())) {
            view.wipe();
            shown = Optional.of(restore());
        }
        applied.set(shown.get());
        log.replay(shown.get(), (position, unit) -> follow(position, RecordCodec.decode(unit)));
    }

    private long restore() throws IOException {
        Optional<LogFile> file = log.directory().snapshot();
        long position = 0;
        if (file.isPresent()) {
            snapshot.read(file.get(), writer::apply);
            position = file.get().position();
        }
        if (!log.hasAllAfter(position)) {
            throw snapshot.missing();
        }
        view.position(log.id(), position);
        return position;
    }

    private void follow(long position, List<NameRecord> records) throws IOException {
        for (NameRecord record : records) {
            if (record instanceof ManifestLinked linked) {
                lastLinked.set(stripe(linked.repository()), position);
            }
            writer.apply(record);
        }
        view.position(log.id(), position);
        applied.set(position);
    }

    /** Number of the last unit that reads see: what a follower of the log remembers. */
    public long position() {
        return applied.get();
    }

    /** Writes a snapshot if the log has grown enough since the last one; true if it did. Appends go on meanwhile. */
    public boolean compactIfLarge() throws IOException {
        if (log.bytesSinceSnapshot() < 2 * NamesLog.SEGMENT_BYTES) {
            return false;
        }
        compact();
        return true;
    }

    /** Writes a snapshot and lets go of the log before it. */
    public void compact() throws IOException {
        compacting.lock();
        try {
            long[] position = {0};
            commits.exclusively(() -> {
                log.roll();
                position[0] = log.position();
            });
            new Expiry(entries, commits).drop(clock.instant());
            snapshot.write(view, position[0], clock.instant());
            commits.exclusively(log::forgetCompacted);
        } finally {
            compacting.unlock();
        }
    }

    @Override
    public void append(List<NameRecord> records) throws IOException {
        if (!records.isEmpty()) {
            commits.append(RecordCodec.encode(records), List.copyOf(records));
        }
    }

    @Override
    public boolean appendIf(Condition condition, List<NameRecord> records) throws IOException {
        return commits.appendIf(condition, RecordCodec.encode(records), List.copyOf(records));
    }

    /**
     * Whether a manifest may have been linked in a repository after a position; says yes too often rather than too seldom.
     * Tells nothing of a time before this was opened.
     */
    boolean hasManifestLinkedAfter(Location repository, long position) {
        return lastLinked.get(stripe(repository)) > position;
    }

    private static int stripe(Location repository) {
        return Math.floorMod(repository.hashCode(), LINK_STRIPES);
    }

    @Override
    public Optional<TagMoved> tag(Location repository, Tag tag) throws IOException {
        return view.tag(repository, tag);
    }

    @Override
    public List<Tag> tags(Location repository, Optional<String> after, int limit) throws IOException {
        return view.tags(repository, after, limit);
    }

    @Override
    public List<Tag> tagsOf(Location repository, Digest manifest, int limit) throws IOException {
        return view.tagsOf(repository, manifest, limit);
    }

    @Override
    public Optional<ManifestLinked> manifest(Location repository, Digest manifest) throws IOException {
        return view.manifest(repository, manifest);
    }

    @Override
    public Optional<BlobLinked> blob(Location repository, Digest blob) throws IOException {
        return view.blob(repository, blob);
    }

    @Override
    public List<ManifestLinked> referrers(Location repository, Digest subject) throws IOException {
        return view.referrers(repository, subject);
    }

    @Override
    public List<ManifestLinked> manifests(Location repository, Optional<Digest> after, int limit) throws IOException {
        return view.manifests(repository, after, limit);
    }

    @Override
    public List<BlobLinked> blobs(Location repository, Optional<Digest> after, int limit) throws IOException {
        return view.blobs(repository, after, limit);
    }

    @Override
    public boolean exists(Location repository) throws IOException {
        return view.exists(repository);
    }

    @Override
    public List<Location> repositories(Optional<String> after, int limit) throws IOException {
        return view.repositories(after, limit);
    }

    @Override
    public boolean isLive(Digest digest) throws IOException {
        return !view.linksOf(digest, 1).isEmpty() || view.isHeld(digest, Optional.empty(), clock.instant());
    }

    @Override
    public List<Location> linksOf(Digest digest, int limit) throws IOException {
        return view.linksOf(digest, limit);
    }

    @Override
    public boolean isHeld(Digest digest) throws IOException {
        return view.isHeld(digest, Optional.empty(), clock.instant());
    }

    @Override
    public boolean isHeld(Location repository, Digest digest) throws IOException {
        return view.isHeld(digest, Optional.of(repository), clock.instant());
    }

    @Override
    public List<Released> releases(Location repository, int limit) throws IOException {
        return view.releases(repository, limit);
    }

    /** The newest desired set of that name. */
    public Optional<NameRecord.DesiredSet> desiredSet(String name) throws IOException {
        return view.desiredSet(name);
    }

    /** Closes log and view; no append may be under way. */
    @Override
    public void close() throws IOException {
        try {
            log.close();
        } finally {
            entries.close();
        }
    }
}
