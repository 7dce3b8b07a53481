package dev.mangrove.content.files;

import dev.mangrove.content.ContentException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Stops all writing for good after the first failed sync, and turns a full disk into {@link
 * ContentException.OverBudget}.
 *
 * <p>A failed {@code fsync} may be reported only once, and the kernel marks the lost pages clean (Rebello et al., "Can
 * Applications Recover from fsync Failures?", USENIX ATC 2020): a retry would succeed and acknowledge what is lost. So
 * nothing is retried; the process serves reads, reports itself unhealthy and is restarted.
 */
public final class FailStopDisk implements Disk {
    private final Disk disk;
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();

    public FailStopDisk(Disk disk) {
        this.disk = disk;
    }

    /** The sync that failed; empty while the disk is healthy. */
    public Optional<IOException> failure() {
        return Optional.ofNullable(failure.get());
    }

    @Override
    public FileChannel open(Path file, OpenOption... options) throws IOException {
        return guarded(() -> disk.open(file, options));
    }

    @Override
    public void write(FileChannel file, ByteBuffer bytes, long position) throws IOException {
        guarded(() -> {
            disk.write(file, bytes, position);
            return true;
        });
    }

    @Override
    public void truncate(FileChannel file, long sizeBytes) throws IOException {
        guarded(() -> {
            disk.truncate(file, sizeBytes);
            return true;
        });
    }

    @Override
    public void force(FileChannel file) throws IOException {
        synced(() -> {
            disk.force(file);
            return true;
        });
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        guarded(() -> {
            disk.rename(from, to);
            return true;
        });
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        synced(() -> {
            disk.forceDirectory(directory);
            return true;
        });
    }

    /** Allowed after a failure too: it acknowledges nothing, and cleans up. */
    @Override
    public boolean delete(Path file) throws IOException {
        return disk.delete(file);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        guarded(() -> {
            disk.createDirectories(directory);
            return true;
        });
    }

    @Override
    public long freeBytes(Path directory) throws IOException {
        return disk.freeBytes(directory);
    }

    private <T> T synced(Operation<T> operation) throws IOException {
        refuseAfterFailure();
        try {
            return operation.run();
        } catch (IOException e) {
            failure.compareAndSet(null, e);
            throw stopped(e);
        }
    }

    private <T> T guarded(Operation<T> operation) throws IOException {
        refuseAfterFailure();
        try {
            return operation.run();
        } catch (IOException e) {
            if (isFull(e)) {
                throw new ContentException.OverBudget(
                        "the disk of the store is full: free space or lower store.quota; reads go on", e);
            }
            throw e;
        }
    }

    private void refuseAfterFailure() throws IOException {
        IOException failed = failure.get();
        if (failed != null) {
            throw stopped(failed);
        }
    }

    private static ContentException stopped(IOException cause) {
        return new ContentException.Unavailable(
                "the store is read-only since a disk sync failed: check the disk, then restart this process", cause);
    }

    /** The JDK has no exception of its own for ENOSPC and EDQUOT, only libc's text. */
    private static boolean isFull(IOException e) {
        String text = e instanceof FileSystemException fs ? fs.getReason() : e.getMessage();
        String lower = text == null ? "" : text.toLowerCase(Locale.ROOT);
        return lower.contains("no space left") || lower.contains("quota exceeded");
    }

    @FunctionalInterface
    private interface Operation<T> {
        T run() throws IOException;
    }
}
