package dev.mangrove.delta.command;

import dev.mangrove.cli.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mangrove delta}: the codec by hand, on plain files. */
@Command(
        name = "delta",
        description = "Makes, applies and explains deltas between two versions of a model, on plain files.",
        subcommands = {MakeCommand.class, ApplyCommand.class, InspectCommand.class})
final class DeltaCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return ExitCode.USAGE.code();
    }
}
