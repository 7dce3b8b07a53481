package dev.mangrove.content.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The format version of a store. Upgrade rule: a program opens its own version and older ones, never a newer one. */
final class StoreVersion {
    static final int CURRENT = 1;
    private static final String PREFIX = "mangrove-store ";
    static final String TEXT = PREFIX + CURRENT;

    private StoreVersion() {}

    /** Checks the version, or writes it into a store that is new. */
    static void check(Disk disk, Layout layout) throws IOException {
        Path file = layout.version();
        if (!Files.exists(file)) {
            if (Files.exists(layout.root().resolve("blobs"))) {
                throw new StoreUnusableException("the store " + layout.root()
                        + " has blobs but no VERSION file: restore the file, or choose an empty directory");
            }
            write(disk, layout);
            return;
        }
        String text = Files.readString(file).strip();
        if (!text.equals(TEXT)) {
            throw new StoreUnusableException("the store " + layout.root() + " has format \"" + text
                    + "\", this program knows \"" + TEXT + "\": use the version of Mangrove that wrote it");
        }
    }

    private static void write(Disk disk, Layout layout) throws IOException {
        Path temporary = Layout.withSuffix(layout.version(), ".tmp");
        try (FileChannel out = disk.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            disk.write(out, ByteBuffer.wrap((TEXT + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
            disk.force(out);
        }
        disk.rename(temporary, layout.version());
        disk.forceDirectory(layout.root());
    }
}
