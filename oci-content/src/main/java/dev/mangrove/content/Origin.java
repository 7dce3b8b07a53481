package dev.mangrove.content;

import java.util.Locale;

/** Where bytes came from, as told in the {@code Mangrove-Source} header, metrics and progress. */
public enum Origin {
    LOCAL,
    PEER,
    REGION,
    CATALOG,
    UPSTREAM,
    DELTA,
    BUNDLE;

    /** The value in headers and metric labels. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
