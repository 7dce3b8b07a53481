package dev.mangrove.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mangrove env}: lines for a shell that point other tools at an agent. */
@Command(
        name = "env",
        description = "Prints export lines that point other tools at the agent: eval \"$(mangrove env)\".")
final class EnvCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--agent", paramLabel = "HOST:PORT", description = "The agent; usual: ${DEFAULT-VALUE}.")
    private String agent = "127.0.0.1:7979";

    @Override
    public Integer call() {
        HostPort address = HostPort.parse(agent);
        spec.commandLine().getOut().println("export MANGROVE_AGENT=http://" + address);
        return ExitCode.DONE.code();
    }
}
