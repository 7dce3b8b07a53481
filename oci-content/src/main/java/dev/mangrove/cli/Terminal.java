package dev.mangrove.cli;

/** What the launcher knows of the terminal; the JDK only knows about stdin and stdout. */
final class Terminal {
    private Terminal() {}

    /** Whether stderr is a terminal that understands carriage returns. */
    static boolean isStderr() {
        return Boolean.getBoolean("mangrove.stderr.tty") && System.getenv("NO_COLOR") == null;
    }
}
