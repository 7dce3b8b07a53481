package dev.mangrove.catalog.archive;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where large files go that nobody needs afterwards. */
final class TemporaryFolder {
    private TemporaryFolder() {}

    /** What the user says; else the folder that is on a disk: {@code /tmp} often is memory. */
    static Path usual() {
        String set = System.getenv("TMPDIR");
        if (set != null && !set.isBlank()) {
            return Path.of(set);
        }
        Path onDisk = Path.of("/var/tmp");
        return Files.isDirectory(onDisk) ? onDisk : Path.of(System.getProperty("java.io.tmpdir"));
    }
}
