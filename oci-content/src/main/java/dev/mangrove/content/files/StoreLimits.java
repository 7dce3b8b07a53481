package dev.mangrove.content.files;

/**
 * How much a store may take.
 *
 * @param quotaBytes most bytes of blobs, uploads, partials and trash together
 * @param reserveBytes free bytes of the file system that new content must leave
 * @param ballastBytes size of a file that is given up when the disk is full all the same, so that the names log can go on
 */
public record StoreLimits(long quotaBytes, long reserveBytes, long ballastBytes) {
    /** Only the disk is the limit. */
    public static final StoreLimits NONE = new StoreLimits(Long.MAX_VALUE, 0, 0);

    public StoreLimits {
        if (quotaBytes <= 0 || reserveBytes < 0 || ballastBytes < 0) {
            throw new IllegalArgumentException("limits of a store are not negative, and its quota is not zero: quota "
                    + quotaBytes + ", reserve " + reserveBytes + ", ballast " + ballastBytes);
        }
    }
}
