package dev.mangrove.cli;

import java.io.PrintWriter;

/** One line for each file when it is complete. */
final class PlainProgress implements Progress {
    private final PrintWriter out;

    PlainProgress(PrintWriter out) {
        this.out = out;
    }

    /** A line about a complete file: name, size, how. */
    static String line(String name, long totalBytes, String note) {
        return String.format(java.util.Locale.ROOT, "%-32s  %9s  %s", name, Amount.text(totalBytes), note);
    }

    @Override
    public Item start(String name, String digest, long totalBytes) {
        return new Item() {
            @Override
            public void advance(long bytes) {}

            @Override
            public void done(String note) {
                if (!note.isEmpty()) {
                    out.println(line(name, totalBytes, note));
                }
            }
        };
    }
}
