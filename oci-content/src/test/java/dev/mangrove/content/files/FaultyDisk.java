package dev.mangrove.content.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A disk that fails at the n-th operation of a kind, for every n a test asks for; safe for any thread. */
public final class FaultyDisk implements Disk {
    /** What goes wrong. */
    public enum Fault {
        /** From the n-th operation on, every write finds the disk full. */
        FULL,
        /** The n-th sync fails, and only that one: as the kernel does it. */
        SYNC_FAILS,
        /** The n-th write fails, and only that one: a bad sector. */
        WRITE_FAILS,
        /** From the n-th operation on, nothing can be written: the kernel remounted the file system. */
        READ_ONLY,
        /** From the n-th operation on nothing happens any more: the process is dead. */
        DEAD
    }

    /** Thrown instead of an operation after death. */
    public static final class Death extends Error {
        private static final long serialVersionUID = 1;

        public Death() {
            super("the process was killed here");
        }
    }

    private final Disk disk = new SystemDisk();
    private final Fault fault;
    private final int at;
    private final AtomicInteger operations = new AtomicInteger();
    private volatile boolean armed = true;

    public FaultyDisk(Fault fault, int at) {
        this.fault = fault;
        this.at = at;
    }

    /** Whether the operation at which the fault begins was reached. */
    public boolean struck() {
        return operations.get() >= at;
    }

    /** Operations that counted so far. */
    public int operations() {
        return operations.get();
    }

    /** Somebody made room, or changed the disk. */
    public void mend() {
        armed = false;
    }

    /** The opposite. */
    public void breakAgain() {
        armed = true;
    }

    private void operation(boolean writes, boolean syncs) throws IOException {
        boolean counts =
                switch (fault) {
                    case FULL, WRITE_FAILS, READ_ONLY -> writes;
                    case SYNC_FAILS -> syncs;
                    case DEAD -> true;
                };
        if (!counts || !armed) {
            return;
        }
        int number = operations.incrementAndGet();
        switch (fault) {
            case FULL -> {
                if (number >= at) {
                    throw new IOException("No space left on device");
                }
            }
            case READ_ONLY -> {
                if (number >= at) {
                    throw new IOException("Read-only file system");
                }
            }
            case SYNC_FAILS, WRITE_FAILS -> {
                if (number == at) {
                    throw new IOException("Input/output error");
                }
            }
            case DEAD -> {
                if (number >= at) {
                    throw new Death();
                }
            }
        }
    }

    @Override
    public FileChannel open(Path file, OpenOption... options) throws IOException {
        operation(true, false);
        return disk.open(file, options);
    }

    /** A full disk and a death leave half of the bytes behind. */
    @Override
    public void write(FileChannel file, ByteBuffer bytes, long position) throws IOException {
        try {
            operation(true, false);
        } catch (IOException | Death e) {
            disk.write(file, bytes.slice(bytes.position(), bytes.remaining() / 2), position);
            throw e;
        }
        disk.write(file, bytes, position);
    }

    @Override
    public void force(FileChannel file) throws IOException {
        operation(false, true);
        disk.force(file);
    }

    @Override
    public void truncate(FileChannel file, long sizeBytes) throws IOException {
        operation(false, false);
        disk.truncate(file, sizeBytes);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        operation(false, false);
        disk.rename(from, to);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        operation(false, true);
        disk.forceDirectory(directory);
    }

    @Override
    public boolean delete(Path file) throws IOException {
        operation(false, false);
        return disk.delete(file);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        operation(true, false);
        disk.createDirectories(directory);
    }

    @Override
    public long freeBytes(Path directory) throws IOException {
        return disk.freeBytes(directory);
    }
}
