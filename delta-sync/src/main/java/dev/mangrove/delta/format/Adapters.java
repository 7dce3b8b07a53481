package dev.mangrove.delta.format;

import dev.mangrove.delta.tensor.ElementType;

/** Which adapters can predict. */
public final class Adapters {
    /** Entries of A kept in memory: two megabytes. */
    public static final long MAX_ENTRIES = 1 << 19;

    private Adapters() {}

    /** Whether the defined summation works on the type. */
    public static boolean areFloats(ElementType type) {
        return type == ElementType.F32 || type == ElementType.BF16 || type == ElementType.F16;
    }
}
