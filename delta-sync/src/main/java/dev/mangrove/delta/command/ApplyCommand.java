package dev.mangrove.delta.command;

import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.delta.DeltaException;
import dev.mangrove.delta.DeltaFiles;
import dev.mangrove.delta.Progress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mangrove delta apply BASE DELTA -o FILE}. */
@Command(name = "apply", description = "Makes the target of a delta from its base, and checks its digest.")
final class ApplyCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "BASE", description = "The version at hand: a file, or a folder of shards.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path base;

    @Parameters(index = "1", paramLabel = "DELTA", description = "The delta.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path delta;

    @Option(names = "-o", required = true, paramLabel = "FILE", description = "Where the target goes.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path out;

    @Option(names = "--adapter", paramLabel = "FILE", description = "An adapter that the delta was made with.")
    private List<Path> adapters = new ArrayList<>();

    @Option(names = "--quiet", description = "No progress.")
    private boolean quiet;

    @Override
    public Integer call() throws Exception {
        Progress progress =
                quiet ? Progress.NONE : new ProgressLine(spec.commandLine().getErr(), "applying");
        try {
            DeltaFiles.apply(Inputs.expand(base, adapters), delta, out, progress);
        } catch (DeltaException.MissingBase e) {
            throw new Failure(ExitCode.NOT_FOUND, String.valueOf(e.getMessage()), "mangrove delta inspect " + delta);
        } catch (DeltaException e) {
            throw new Failure(
                    ExitCode.DIGEST_MISMATCH, String.valueOf(e.getMessage()), "mangrove delta inspect " + delta);
        }
        spec.commandLine().getOut().println(out + ": digest is right");
        return ExitCode.DONE.code();
    }
}
