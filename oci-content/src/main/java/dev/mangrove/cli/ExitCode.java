package dev.mangrove.cli;

/** Exit codes of every verb; the numbers are fixed in {@code docs/names.md}. */
public enum ExitCode {
    DONE(0),
    ERROR(1),
    USAGE(2),
    NOT_FOUND(3),
    NOT_AUTHORISED(4),
    UNREACHABLE(5),
    PARTIAL(6),
    DEADLINE(7),
    DIFFERENT(8),
    DIGEST_MISMATCH(14),
    POLICY_REFUSED(15),
    DISK_FULL(20),
    STORE_FAILED(21),
    INTERRUPTED(130);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    /** The number given to the shell. */
    public int code() {
        return code;
    }
}
