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
 * Stops all writing for good after the first failed sync or I/O error, and turns a full disk into {@link
 * ContentException.OverBudget} and a read-only one into {@link ContentException.Unavailable}.
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

    /** What failed; empty while the disk is healthy. */
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
            String why = reason(e);
            if (why.contains("no space left") || why.contains("quota exceeded")) {
                throw new ContentException.OverBudget(
                        "the disk of the store is full: free space or lower store.quota; reads go on", e);
            }
            if (why.contains("read-only file system")) {
                throw new ContentException.Unavailable(
                        "the file system of the store is read-only: make it writable; reads go on", e);
            }
            if (why.contains("input/output error")) {
                failure.compareAndSet(null, e);
                throw stopped(e);
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
                "the store takes no more writes since its disk failed: check the disk, then restart this process",
                cause);
    }

    /** The JDK has no exceptions of its own for ENOSPC, EDQUOT, EROFS and EIO, only libc's text. */
    private static String reason(IOException e) {
        String text = e instanceof FileSystemException fs ? fs.getReason() : e.getMessage();
        return text == null ? "" : text.toLowerCase(Locale.ROOT);
    }

    @FunctionalInterface
    private interface Operation<T> {
        T run() throws IOException;
    }
}
