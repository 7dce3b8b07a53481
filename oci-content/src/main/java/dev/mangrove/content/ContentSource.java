package dev.mangrove.content;

import java.io.IOException;
import java.util.Optional;

/**
 * Something blobs can be read from. Edge, region and catalog differ only in which sources their {@code main} composes.
 * Implementations are safe for any number of (virtual) threads.
 */
public interface ContentSource {
    /**
     * Whether the caller may see that blob through that repository, and its size. Forbidden looks like absent.
     *
     * @throws ContentException if that cannot be told (an upstream is down, a disk fails)
     */
    Optional<BlobStat> stat(ReadRequest request) throws IOException;

    /**
     * Lends the bytes asked for to {@code reader}, or returns empty if there are none for this caller.
     *
     * @throws ContentException as {@link #stat}; also from inside the lent stream when verification fails
     */
    <R> Optional<R> read(ReadRequest request, BlobReader<R> reader) throws IOException;
}
