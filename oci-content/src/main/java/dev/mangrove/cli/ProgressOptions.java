package dev.mangrove.cli;

import java.io.PrintWriter;
import java.time.InstantSource;
import picocli.CommandLine.Option;

/** The flags of every command that moves bytes. A picocli mixin. */
public final class ProgressOptions {
    /** How progress is shown. */
    enum Style {
        AUTO,
        TTY,
        PLAIN,
        JSONL,
        NONE
    }

    @Option(
            names = "--progress",
            paramLabel = "auto|tty|plain|jsonl|none",
            description = "How progress is shown on stderr; usual: auto.")
    private Style style = Style.AUTO;

    @Option(
            names = {"-q", "--quiet"},
            description = "Only the result on stdout, nothing on stderr but errors.")
    private boolean quiet;

    /** The progress display that was asked for. */
    public Progress open(PrintWriter stderr) {
        if (quiet) {
            return Progress.NONE;
        }
        return switch (style) {
            case NONE -> Progress.NONE;
            case TTY -> new TerminalProgress(stderr, InstantSource.system());
            case PLAIN -> new PlainProgress(stderr);
            case JSONL -> new JsonProgress(stderr, InstantSource.system());
            case AUTO ->
                Terminal.isStderr() ? new TerminalProgress(stderr, InstantSource.system()) : new PlainProgress(stderr);
        };
    }

    /** Whether notes beside the progress are welcome. */
    public boolean notesWanted() {
        return !quiet && style != Style.JSONL && style != Style.NONE;
    }
}
