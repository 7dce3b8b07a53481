package dev.mangrove.delta.command;

import dev.mangrove.delta.Progress;
import java.io.PrintWriter;

/** Percent on stderr, in place; only every whole per cent. */
final class ProgressLine implements Progress {
    private final PrintWriter out;
    private final String what;
    private int shown = -1;

    ProgressLine(PrintWriter out, String what) {
        this.out = out;
        this.what = what;
    }

    @Override
    public void at(long done, long total) {
        int percent = total == 0 ? 100 : (int) (100 * done / total);
        if (percent != shown) {
            shown = percent;
            out.print("\r" + what + " " + percent + " %" + (done == total ? "\n" : ""));
            out.flush();
        }
    }
}
