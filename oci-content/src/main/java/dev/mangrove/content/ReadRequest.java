package dev.mangrove.content;

import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One read of a blob.
 *
 * @param range bytes wanted; empty for the whole blob
 * @param via the repository the caller came through: a blob is visible only through one that has it
 * @param knownSizeBytes size from a verified manifest's descriptor, where the caller has one
 */
public record ReadRequest(
        Digest digest,
        Optional<ByteRange> range,
        Location via,
        Caller caller,
        Priority priority,
        OptionalLong knownSizeBytes) {
    /** A foreground read of a whole blob. */
    public static ReadRequest whole(Digest digest, Location via, Caller caller) {
        return new ReadRequest(digest, Optional.empty(), via, caller, Priority.FOREGROUND, OptionalLong.empty());
    }

    /** The same read of only these bytes. */
    public ReadRequest withRange(ByteRange wanted) {
        return new ReadRequest(digest, Optional.of(wanted), via, caller, priority, knownSizeBytes);
    }
}
