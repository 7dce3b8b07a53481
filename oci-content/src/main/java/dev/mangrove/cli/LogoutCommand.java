package dev.mangrove.cli;

import dev.mangrove.distribution.client.LoginStore;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mangrove logout REGISTRY}: forgets a login. */
@Command(name = "logout", description = "Takes a registry's login out of docker's configuration, or out of its helper.")
final class LogoutCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "REGISTRY", description = "HOST[:PORT]")
    private String registry = "";

    @Override
    public Integer call() throws IOException {
        String host = RegistryHost.of(registry);
        boolean erased = new LoginStore(Remote.loginFile(), Remote.credentialHelper()).erase(host);
        spec.commandLine().getErr().println(erased ? "forgot the login for " + host : "there was no login for " + host);
        return ExitCode.DONE.code();
    }
}
