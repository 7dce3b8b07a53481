package dev.mangrove.catalog.archive;

/**
 * How much an archive may claim before it is refused.
 *
 * @param entries files, folders and links in it
 * @param entryTableBytes what one entry may spend on headers and long names
 * @param tableBytes what all of them may spend
 * @param totalBytes bytes of all files, uncompressed
 * @param gzipRatio uncompressed bytes for each compressed byte, beyond the first {@code gzipFreeBytes}
 */
record ArchiveLimits(
        int entries, int entryTableBytes, long tableBytes, long totalBytes, int gzipRatio, long gzipFreeBytes) {
    /** Several times what the largest images and models known need; a disk of zeros compresses about 1000 to 1. */
    static final ArchiveLimits USUAL = new ArchiveLimits(20_000, 64 * 1024, 64L << 20, 8L << 40, 200, 64L << 20);

    ArchiveLimits {
        if (entries < 1 || entryTableBytes < 512 || tableBytes < 512 || totalBytes < 0 || gzipRatio < 1) {
            throw new IllegalArgumentException("a limit that nothing fits");
        }
    }
}
