package dev.mangrove.delta;

import dev.mangrove.oci.ByteRange;
import java.io.IOException;

/** Gets bytes of the target from elsewhere when a segment cannot be decoded: the full blob, or a peer. */
@FunctionalInterface
public interface Repair {
    /** There is nowhere else. */
    Repair NONE = (range, into) -> false;

    /**
     * Puts the target's bytes of the range at the start of the array. They are checked again afterwards.
     *
     * @return false if they cannot be had
     */
    boolean repair(ByteRange range, byte[] into) throws IOException;
}
