package dev.mangrove.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/**
 * A line for each complete file above one line that is redrawn: the oldest file under way, its share, the speed of all of
 * them.
 */
final class TerminalProgress implements Progress {
    private static final Duration REDRAW = Duration.ofMillis(100);
    private static final int MAX_COLUMNS = 79;
    private static final int NAME_COLUMNS = 32;
    private static final String ERASE_LINE = "\r\033[K";

    private final PrintWriter out;
    private final InstantSource clock;
    private final Instant began;
    private final Set<File> underWay = new LinkedHashSet<>();
    private Instant drawn = Instant.EPOCH;
    private long movedBytes;

    TerminalProgress(PrintWriter out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
        this.began = clock.instant();
    }

    @Override
    public synchronized Item start(String name, String digest, long totalBytes) {
        File file = new File(name, totalBytes);
        underWay.add(file);
        draw();
        return file;
    }

    @Override
    public synchronized void close() {
        out.print(ERASE_LINE);
        out.flush();
    }

    private final class File implements Item {
        private final String name;
        private final long totalBytes;
        private long doneBytes;

        File(String name, long totalBytes) {
            this.name = name;
            this.totalBytes = totalBytes;
        }

        @Override
        public void advance(long bytes) {
            synchronized (TerminalProgress.this) {
                doneBytes += bytes;
                movedBytes += bytes;
                if (Duration.between(drawn, clock.instant()).compareTo(REDRAW) >= 0) {
                    draw();
                }
            }
        }

        @Override
        public void done(String note) {
            synchronized (TerminalProgress.this) {
                underWay.remove(this);
                out.print(ERASE_LINE);
                if (!note.isEmpty()) {
                    out.println(PlainProgress.line(name, totalBytes, note));
                }
                draw();
            }
        }
    }

    private void draw() {
        drawn = clock.instant();
        out.print(ERASE_LINE);
        underWay.stream().findFirst().ifPresent(file -> out.print(line(file)));
        out.flush();
    }

    private String line(File file) {
        double seconds = Math.max(0.1, Duration.between(began, drawn).toMillis() / 1000.0);
        long percent = file.totalBytes == 0 ? 100 : file.doneBytes * 100 / file.totalBytes;
        String shown = file.name.length() <= NAME_COLUMNS
                ? file.name
                : "..." + file.name.substring(file.name.length() - NAME_COLUMNS + 3);
        String line = String.format(
                Locale.ROOT,
                "%-32s  %3d %% of %s, %s/s%s",
                shown,
                percent,
                Amount.text(file.totalBytes),
                Amount.text(Math.round(movedBytes / seconds)),
                underWay.size() > 1 ? ", " + (underWay.size() - 1) + " more" : "");
        return line.substring(0, Math.min(line.length(), MAX_COLUMNS));
    }
}
