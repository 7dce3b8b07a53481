package dev.mangrove.content.files;

import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Collects leaf hashes in order and writes them as a recipe. What does not fit one page goes to a spool file, so that
 * memory stays at 32 bytes per 16 MiB of blob; no file stays open. One thread at a time.
 */
final class LeafHashes {
    private static final int PAGE_BYTES = Recipe.LEAVES_PER_PAGE * Recipe.HASH_BYTES;

    private final Disk disk;
    private final Path spool;
    private final ByteArrayOutputStream pages = new ByteArrayOutputStream(0);
    private final ByteArrayOutputStream page = new ByteArrayOutputStream(0);
    private long spooledBytes;

    /** @param spool a file that may be made while collecting; {@link #close} deletes it */
    LeafHashes(Disk disk, Path spool) {
        this.disk = disk;
        this.spool = spool;
    }

    /** Adds the hash of the next leaf. */
    void add(byte[] leafHash) throws IOException {
        if (page.size() == PAGE_BYTES) {
            spoolPage();
        }
        page.writeBytes(leafHash);
    }

    private void spoolPage() throws IOException {
        try (FileChannel out = disk.open(spool, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            disk.write(out, ByteBuffer.wrap(page.toByteArray()), spooledBytes);
        }
        spooledBytes += page.size();
        pages.writeBytes(Algorithm.SHA256.newHash().digest(page.toByteArray()));
        page.reset();
    }

    /** Writes the recipe of that blob, whose leaves were all added. Not synced: a recipe can be made again. */
    void writeRecipe(Path target, Digest blob, long sizeBytes) throws IOException {
        pages.writeBytes(Algorithm.SHA256.newHash().digest(page.toByteArray()));
        Path temporary = Layout.withSuffix(spool, ".tmp");
        try (FileChannel out = disk.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            disk.write(out, ByteBuffer.wrap(Recipe.header(sizeBytes, blob)), 0);
            disk.write(out, ByteBuffer.wrap(pages.toByteArray()), Recipe.HEADER_BYTES);
            long leaves = (long) Recipe.HEADER_BYTES + pages.size();
            copySpool(out, leaves);
            disk.write(out, ByteBuffer.wrap(page.toByteArray()), leaves + spooledBytes);
            disk.rename(temporary, target);
        } finally {
            disk.delete(temporary);
        }
    }

    private void copySpool(FileChannel out, long position) throws IOException {
        if (spooledBytes == 0) {
            return;
        }
        try (FileChannel in = FileChannel.open(spool, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate(PAGE_BYTES);
            for (long done = 0; done < spooledBytes; done += buffer.position()) {
                if (in.read(buffer.clear(), done) < 0) {
                    throw new IOException("the spool of leaf hashes ends early");
                }
                disk.write(out, buffer.duplicate().flip(), position + done);
            }
        }
    }

    /** Deletes the spool. */
    void close() throws IOException {
        if (spooledBytes > 0) {
            disk.delete(spool);
        }
    }
}
