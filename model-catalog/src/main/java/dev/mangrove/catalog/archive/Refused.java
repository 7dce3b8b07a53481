package dev.mangrove.catalog.archive;

import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;

/** The words for archives that are not taken. */
final class Refused {
    private static final int MAX_SHOWN_CHARS = 120;

    private Refused() {}

    static Failure because(String why, String hint) {
        return new Failure(ExitCode.ERROR, "the archive is refused: " + why, hint);
    }

    static Failure because(String why) {
        return because(why, "make it anew with docker save, or with skopeo copy to oci-archive:FILE");
    }

    /** A name out of an archive, fit for a terminal. */
    static String shown(String name) {
        StringBuilder shown = new StringBuilder("\"");
        name.chars().limit(MAX_SHOWN_CHARS).forEach(c -> shown.append(c < 0x20 || c == 0x7f ? '?' : (char) c));
        return shown.append(name.length() > MAX_SHOWN_CHARS ? "...\"" : "\"").toString();
    }
}
