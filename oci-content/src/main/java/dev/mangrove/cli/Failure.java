package dev.mangrove.cli;

/**
 * A command or process that cannot go on, for a reason its user should read: printed as one line {@code error: ...} and,
 * if there is one, a line {@code hint: ...}, without a stack trace.
 */
public final class Failure extends RuntimeException {
    private final ExitCode exit;
    private final String hint;

    /**
     * @param message what was tried, on what, why it failed
     * @param hint what to do next, preferably a command; empty if there is nothing sensible to say
     */
    public Failure(ExitCode exit, String message, String hint) {
        super(message);
        this.exit = exit;
        this.hint = hint;
    }

    /** The exit code of the process. */
    public ExitCode exit() {
        return exit;
    }

    /** What to do next; may be empty. */
    public String hint() {
        return hint;
    }
}
