package dev.mangrove.cli;

import dev.mangrove.content.ContentException;
import dev.mangrove.oci.InvalidNameException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IExitCodeExceptionMapper;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns whatever a command throws into one readable line on stderr, a hint where there is one, and an exit code. Stack
 * traces only if the user asked for them with {@code MANGROVE_DEBUG}.
 */
final class Errors implements IExecutionExceptionHandler, IParameterExceptionHandler, IExitCodeExceptionMapper {
    private final boolean traces;

    Errors(boolean traces) {
        this.traces = traces;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine line, @Nullable ParseResult parsed) {
        return print(e, line);
    }

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        CommandLine line = e.getCommandLine();
        Optional<String> meant = e instanceof UnmatchedArgumentException unmatched
                ? unmatched.getSuggestions().stream().findFirst()
                : Optional.empty();
        line.getErr().println("error: " + readable(e));
        line.getErr()
                .println("hint: " + meant.map(m -> "did you mean " + m + "? ").orElse("see ")
                        + line.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE.code();
    }

    /** picocli's words for an unknown argument mean little to a user. */
    private static String readable(ParameterException e) {
        if (!(e instanceof UnmatchedArgumentException unmatched)
                || unmatched.getUnmatched().isEmpty()) {
            return String.valueOf(e.getMessage());
        }
        String first = unmatched.getUnmatched().getFirst();
        boolean verb = e.getCommandLine().getParent() == null && !first.startsWith("-");
        return "there is no " + (verb ? "verb " : "option or argument ") + first;
    }

    @Override
    public int getExitCode(Throwable e) {
        return codeOf(e).code();
    }

    /** Prints an error of a command and returns its exit code. */
    int print(Throwable e, CommandLine line) {
        PrintWriter err = line.getErr();
        err.println("error: " + message(e));
        String hint = hint(e);
        if (!hint.isEmpty()) {
            err.println("hint: " + hint);
        }
        if (traces) {
            e.printStackTrace(err);
        }
        return codeOf(e).code();
    }

    private static String message(Throwable e) {
        return switch (e) {
            case Failure failure -> String.valueOf(failure.getMessage());
            case ContentException content -> String.valueOf(content.getMessage());
            case InvalidNameException name -> String.valueOf(name.getMessage());
            case NoSuchFileException file -> "there is no file or folder " + file.getFile();
            case AccessDeniedException file -> "no permission for " + file.getFile();
            case FileSystemException file when file.getReason() != null -> file.getFile() + ": " + file.getReason();
            case IOException io when io.getMessage() != null -> String.valueOf(io.getMessage());
            default ->
                "unexpected " + e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
        };
    }

    private String hint(Throwable e) {
        return switch (e) {
            case Failure failure -> failure.hint();
            case ContentException.Refused refused when refused.loginHelps() -> "mangrove login HOST";
            case ContentException.OverBudget full -> "mangrove du shows what takes the space";
            case ContentException.Unavailable away -> "mangrove doctor HOST checks the way there";
            case ContentException content -> "";
            case IOException io -> "";
            case InvalidNameException name ->
                "names look like HOST/namespace/name:tag or HOST/namespace/name@sha256:...";
            default -> traces ? "" : "this is a bug; run again with MANGROVE_DEBUG=1 to see where it happened";
        };
    }

    private static ExitCode codeOf(Throwable e) {
        return switch (e) {
            case Failure failure -> failure.exit();
            case ContentException.Corrupt corrupt -> ExitCode.DIGEST_MISMATCH;
            case ContentException.Unavailable away -> ExitCode.UNREACHABLE;
            case ContentException.Refused refused ->
                refused.loginHelps() ? ExitCode.NOT_AUTHORISED : ExitCode.POLICY_REFUSED;
            case ContentException.OverBudget full -> ExitCode.DISK_FULL;
            case InvalidNameException name -> ExitCode.USAGE;
            case NoSuchFileException file -> ExitCode.NOT_FOUND;
            default -> ExitCode.ERROR;
        };
    }
}
