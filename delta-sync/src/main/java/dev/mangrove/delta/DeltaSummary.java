package dev.mangrove.delta;

import dev.mangrove.delta.format.Mode;
import java.util.Map;

/**
 * What a finished delta costs.
 *
 * @param deltaBytes size of the whole delta
 * @param frontBytes size of its front block
 * @param modeBytes bytes of the body by mode
 */
public record DeltaSummary(long targetBytes, long deltaBytes, long frontBytes, Map<Mode, Long> modeBytes) {
    /** Copies the map. */
    public DeltaSummary {
        modeBytes = Map.copyOf(modeBytes);
    }
}
