package dev.mangrove.content.files;

import dev.mangrove.content.CommitOutcome;
import dev.mangrove.content.Trash;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The files of complete blobs: puts them in place, opens them, moves them to the trash, the quarantine and back. What
 * moves a file holds the lock of its digest. A file's modification time is when it was last read, give or take {@link
 * #TOUCH_EVERY}: that order survives a restart and costs no bookkeeping.
 */
final class Shelf {
    static final Duration TOUCH_EVERY = Duration.ofMinutes(10);
    static final int MAX_IDLE_FILES = 64;

    private final Disk disk;
    private final Layout layout;
    private final Room room;
    private final InstantSource clock;
    private final DigestLocks locks = new DigestLocks();
    private final OpenFiles open = new OpenFiles(MAX_IDLE_FILES);

    Shelf(Disk disk, Layout layout, Room room, InstantSource clock) {
        this.disk = disk;
        this.layout = layout;
        this.room = room;
        this.clock = clock;
    }

    Optional<BasicFileAttributes> attributes(Digest digest) throws IOException {
        return Occupant.attributes(layout.blob(digest));
    }

    /**
     * Makes a staged file, whose digest was checked, the blob: data sync, rename, directory sync. A blob that is here
     * already stays, unless it has rotted: then whoever pushes it again repairs it.
     */
    CommitOutcome commit(Candidate staged, Digest digest) throws IOException {
        Optional<CommitOutcome> outcome = Optional.empty();
        while (outcome.isEmpty()) { // again if another writer came between the look and the lock
            outcome = tryCommit(staged, digest);
        }
        return outcome.get();
    }

    private Optional<CommitOutcome> tryCommit(Candidate staged, Digest digest) throws IOException {
        Occupant occupant = Occupant.of(layout.blob(digest), digest, staged.sizeBytes());
        if (!occupant.isIntact()) {
            staged.force(); // before the lock: eight writers of one blob sync side by side
        }
        try (DigestLocks.Held _ = locks.hold(digest)) {
            if (!occupant.isStill(attributes(digest))) {
                return Optional.empty();
            }
            return Optional.of(occupant.isIntact() ? keep(digest) : replace(staged, digest));
        }
    }

    private CommitOutcome keep(Digest digest) throws IOException {
        Path target = layout.blob(digest);
        // Its rename may be an earlier process's, which died before the directory sync.
        disk.forceDirectory(parent(target));
        touch(target, clock.millis());
        return CommitOutcome.ALREADY_PRESENT;
    }

    private CommitOutcome replace(Candidate staged, Digest digest) throws IOException {
        Path target = layout.blob(digest);
        moveToQuarantine(digest);
        disk.createDirectories(parent(target));
        boolean hasRecipe = Recipe.isMadeFor(staged.sizeBytes()) && digest.algorithm() == Algorithm.SHA256;
        if (hasRecipe) {
            staged.writeRecipe(layout.recipe(digest), digest);
        }
        disk.rename(staged.path(), target);
        if (hasRecipe) {
            room.occupied(Recipe.fileBytes(staged.sizeBytes()));
        }
        staged.moved();
        touch(target, clock.millis());
        disk.forceDirectory(parent(target));
        deleteTrashed(digest);
        return CommitOutcome.COMMITTED;
    }

    /** Opens a blob to be read, out of the trash if need be; give it back. */
    Optional<OpenFiles.OpenFile> borrow(Digest digest) throws IOException {
        Optional<OpenFiles.OpenFile> file = open.borrow(digest);
        if (file.isEmpty()) {
            file = openFile(digest);
        }
        if (file.isPresent()) {
            touch(digest, file.get());
        }
        return file;
    }

    void giveBack(OpenFiles.OpenFile file) throws IOException {
        open.giveBack(file);
    }

    private Optional<OpenFiles.OpenFile> openFile(Digest digest) throws IOException {
        try (DigestLocks.Held _ = locks.hold(digest)) {
            Optional<BasicFileAttributes> found = attributes(digest);
            if (found.isEmpty()) {
                if (!resurrect(digest)) {
                    return Optional.empty();
                }
                found = attributes(digest);
            }
            BasicFileAttributes attributes = found.orElseThrow(() -> new IOException("a blob's file went away"));
            FileChannel channel = FileChannel.open(layout.blob(digest), StandardOpenOption.READ);
            return Optional.of(open.add(
                    digest,
                    channel,
                    attributes.size(),
                    attributes.lastModifiedTime().toMillis()));
        }
    }

    private void touch(Digest digest, OpenFiles.OpenFile file) {
        long now = clock.millis();
        if (now - file.touchedMillis > TOUCH_EVERY.toMillis()) {
            file.touchedMillis = now;
            touch(layout.blob(digest), now);
        }
    }

    private static void touch(Path file, long millis) {
        try {
            Files.setLastModifiedTime(file, FileTime.fromMillis(millis));
        } catch (IOException e) {
            // A read-only file system, or discarded this moment: the order of eviction is only a preference.
        }
    }

    /** Brings a blob back from the trash; false if it is neither here nor there. */
    boolean retain(Digest digest) throws IOException {
        try (DigestLocks.Held _ = locks.hold(digest)) {
            boolean here = attributes(digest).isPresent() || resurrect(digest);
            if (here) {
                touch(layout.blob(digest), clock.millis());
            }
            return here;
        }
    }

    private boolean resurrect(Digest digest) throws IOException {
        Path target = layout.blob(digest);
        if (Occupant.attributes(layout.trashed(digest)).isEmpty()) {
            return false;
        }
        try {
            disk.rename(layout.trashed(digest), target);
        } catch (NoSuchFileException e) {
            return false;
        }
        disk.forceDirectory(parent(target));
        return true;
    }

    /** Moves a blob to the trash if it was not touched since and {@code condition} holds, both under its lock. */
    boolean discard(Digest digest, long untouchedSinceMillis, Trash.Condition condition) throws IOException {
        try (DigestLocks.Held _ = locks.hold(digest)) {
            Optional<BasicFileAttributes> found = attributes(digest);
            if (found.isEmpty()
                    || found.get().lastModifiedTime().toMillis() > untouchedSinceMillis
                    || !condition.holds()) {
                return false;
            }
            removeRecipe(digest);
            disk.rename(layout.blob(digest), layout.trashed(digest));
            open.forget(digest);
            touch(layout.trashed(digest), clock.millis());
            return true;
        }
    }

    /** Moves a blob out of the way for good, for somebody to look at. */
    void quarantine(Digest digest) throws IOException {
        try (DigestLocks.Held _ = locks.hold(digest)) {
            moveToQuarantine(digest);
        }
    }

    private void moveToQuarantine(Digest digest) throws IOException {
        if (attributes(digest).isEmpty()) {
            return;
        }
        long replacedBytes = sizeOf(layout.quarantined(digest)); // of one that rotted before
        removeRecipe(digest);
        disk.rename(layout.blob(digest), layout.quarantined(digest));
        room.release(replacedBytes);
        open.forget(digest);
    }

    /** Deletes a blob from the trash, unless it was resurrected or thrown there after {@code beforeMillis}. */
    boolean deleteTrashed(Digest digest, long beforeMillis) throws IOException {
        try (DigestLocks.Held _ = locks.hold(digest)) {
            Optional<BasicFileAttributes> found = Occupant.attributes(layout.trashed(digest));
            return found.isPresent()
                    && found.get().lastModifiedTime().toMillis() <= beforeMillis
                    && deleteTrashed(digest);
        }
    }

    /** Deletes a blob from the trash, if it is there. */
    private boolean deleteTrashed(Digest digest) throws IOException {
        Optional<BasicFileAttributes> found = Occupant.attributes(layout.trashed(digest));
        if (found.isPresent() && disk.delete(layout.trashed(digest))) {
            room.release(found.get().size());
            return true;
        }
        return false;
    }

    private void removeRecipe(Digest digest) throws IOException {
        long bytes = sizeOf(layout.recipe(digest));
        if (disk.delete(layout.recipe(digest))) {
            room.release(bytes);
        }
    }

    private static long sizeOf(Path file) throws IOException {
        return Occupant.attributes(file).map(BasicFileAttributes::size).orElse(0L);
    }

    int openFiles() {
        return open.size();
    }

    void close() throws IOException {
        open.closeAll();
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("a blob's file has a directory");
        }
        return parent;
    }
}
