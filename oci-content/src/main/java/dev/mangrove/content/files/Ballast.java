package dev.mangrove.content.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of real blocks that is given up when the disk is full, so that the names log can still say what was
 * acknowledged and what was deleted; laid down again once there is room.
 */
public final class Ballast {
    private static final int CHUNK_BYTES = 1024 * 1024;

    private final Disk disk;
    private final Path directory;
    private final Path file;
    private final long sizeBytes;

    Ballast(Disk disk, Path directory, String name, long sizeBytes) {
        this.disk = disk;
        this.directory = directory;
        this.file = directory.resolve(name);
        this.sizeBytes = sizeBytes;
    }

    /** Lays the ballast down if it is not there and at least twice its size is free; true if it is there now. */
    public synchronized boolean lay() throws IOException {
        if (sizeBytes == 0 || (Files.exists(file) && Files.size(file) == sizeBytes)) {
            return sizeBytes > 0;
        }
        if (disk.freeBytes(directory) < 2 * sizeBytes) {
            return false;
        }
        // Not zeros: a file system may make holes of them.
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, sizeBytes));
        while (chunk.hasRemaining()) {
            chunk.put((byte) 0xa5);
        }
        try (FileChannel out = disk.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (long at = 0; at < sizeBytes; at += chunk.limit()) {
                chunk.clear().limit((int) Math.min(chunk.capacity(), sizeBytes - at));
                disk.write(out, chunk, at);
            }
            return true;
        } catch (IOException e) {
            disk.delete(file);
            throw e;
        }
    }

    /** Gives the ballast up; false if it is gone already. */
    public synchronized boolean release() throws IOException {
        return disk.delete(file);
    }
}
