package dev.mangrove.content.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/**
 * Everything the store and the names log do that changes a disk: the seam where tests inject faults. Reads need no seam,
 * because what is read is verified.
 */
public interface Disk {
    /** Opens a file for writing, and reading if asked for. */
    FileChannel open(Path file, OpenOption... options) throws IOException;

    /** Writes the whole buffer at a position. */
    void write(FileChannel file, ByteBuffer bytes, long position) throws IOException;

    /** Makes the data of a file, and the size needed to find it, survive a power cut ({@code fdatasync}). */
    void force(FileChannel file) throws IOException;

    /** Cuts a file to a size. */
    void truncate(FileChannel file, long sizeBytes) throws IOException;

    /** Renames a file in one step, over an existing one if need be. */
    void rename(Path from, Path to) throws IOException;

    /** Makes the names in a directory survive a power cut. */
    void forceDirectory(Path directory) throws IOException;

    /** Deletes a file; false if there was none. */
    boolean delete(Path file) throws IOException;

    /** Makes a directory and its parents, durably; fine if it is there. */
    void createDirectories(Path directory) throws IOException;

    /** Bytes that an unprivileged process can still write to the file system of that directory. */
    long freeBytes(Path directory) throws IOException;
}
