package dev.mangrove.content.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** One process owns a store: a lock of the operating system on {@code LOCK}, which a crash releases. */
final class StoreLock implements AutoCloseable {
    private final FileChannel file;

    private StoreLock(FileChannel file) {
        this.file = file;
    }

    static StoreLock take(Layout layout) throws IOException {
        FileChannel file = FileChannel.open(
                layout.lock(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (tryLock(file) == null) {
                String owner = Files.readString(layout.lock()).strip();
                throw new StoreUnusableException("the store " + layout.root() + " is in use"
                        + (owner.isEmpty() ? "" : " by process " + owner)
                        + ": stop that process, or choose another store.path");
            }
            file.truncate(0);
            file.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
            return new StoreLock(file);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // this very process has it
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
