package dev.mangrove.content.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/** The disk of the machine; tests override what shall be different. */
public class PassingDisk implements Disk {
    private final Disk disk = new SystemDisk();

    @Override
    public FileChannel open(Path file, OpenOption... options) throws IOException {
        return disk.open(file, options);
    }

    @Override
    public void write(FileChannel file, ByteBuffer bytes, long position) throws IOException {
        disk.write(file, bytes, position);
    }

    @Override
    public void force(FileChannel file) throws IOException {
        disk.force(file);
    }

    @Override
    public void truncate(FileChannel file, long sizeBytes) throws IOException {
        disk.truncate(file, sizeBytes);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        disk.rename(from, to);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        disk.forceDirectory(directory);
    }

    @Override
    public boolean delete(Path file) throws IOException {
        return disk.delete(file);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        disk.createDirectories(directory);
    }

    @Override
    public long freeBytes(Path directory) throws IOException {
        return disk.freeBytes(directory);
    }
}
