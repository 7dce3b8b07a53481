package dev.mangrove.cli;

import dev.mangrove.content.ContentException;
import dev.mangrove.distribution.client.Credentials;
import dev.mangrove.distribution.client.Login;
import dev.mangrove.distribution.client.LoginCheck;
import dev.mangrove.distribution.client.LoginStore;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mangrove login REGISTRY}: tries a login and keeps it where docker keeps its own. */
@Command(
        name = "login",
        description = {
            "Tries a login at a registry and keeps it in docker's configuration, or in the helper named there.",
            "Docker and other clients then have it too."
        })
final class LoginCommand implements Callable<Integer> {
    private static final int MAX_PASSWORD_BYTES = 16 * 1024;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(index = "0", paramLabel = "REGISTRY", description = "HOST[:PORT]")
    private String registry = "";

    @Option(
            names = {"-u", "--username"},
            paramLabel = "USER",
            description = "The name; asked for if it is not given.")
    private @Nullable String username;

    @Option(names = "--password-stdin", description = "Reads the password, or an access token, from standard input.")
    private boolean fromStdin;

    @Override
    public Integer call() throws IOException {
        String host = RegistryHost.of(registry);
        Login.Password login = new Login.Password(username(), password());
        PrintWriter err = spec.commandLine().getErr();
        try (Remote remote = connection.open(RegistryHost.toConnect(host))) {
            Credentials bound = Credentials.only(remote.url().origin(), login);
            if (LoginCheck.check(remote.http(), remote.registry(bound)) == LoginCheck.Verdict.NOT_ASKED_FOR) {
                err.println("note: " + host + " lets everybody in, so the login was kept but not tried");
            }
        } catch (ContentException.Refused e) {
            throw new Failure(
                    ExitCode.NOT_AUTHORISED,
                    "the login was refused and not kept: " + e.getMessage(),
                    "check name and password; some registries want an access token as the password");
        }
        LoginStore store = new LoginStore(Remote.loginFile(), Remote.credentialHelper());
        Optional<String> helper = store.save(host, login);
        err.println("logged in to " + host + " as " + login.username());
        if (helper.isEmpty()) {
            err.println("note: the password is in " + Remote.loginFile()
                    + ", not encrypted; a credential helper (credsStore) keeps it safer");
        }
        return ExitCode.DONE.code();
    }

    private String username() {
        if (username != null && !username.isBlank()) {
            return checked(username);
        }
        if (fromStdin) {
            throw new Failure(
                    ExitCode.USAGE, "--password-stdin needs a name", "mangrove login " + registry + " -u USER");
        }
        return checked(console().readLine("Username: "));
    }

    private static String checked(@Nullable String name) {
        if (name == null || name.isBlank() || name.indexOf(':') >= 0) {
            throw new Failure(ExitCode.USAGE, "the name must not be empty nor have a colon", "");
        }
        return name.strip();
    }

    private String password() throws IOException {
        String password = fromStdin ? read(System.in) : asked();
        if (password.isEmpty()) {
            throw new Failure(ExitCode.USAGE, "the password is empty", "");
        }
        return password;
    }

    private static String asked() {
        char[] typed = console().readPassword("Password: ");
        return typed == null ? "" : new String(typed);
    }

    private static String read(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MAX_PASSWORD_BYTES + 1);
        if (bytes.length > MAX_PASSWORD_BYTES) {
            throw new Failure(ExitCode.USAGE, "standard input has more than a password", "");
        }
        return new String(bytes, StandardCharsets.UTF_8).replaceFirst("\\r?\\n$", "");
    }

    private static Console console() {
        return Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .orElseThrow(() -> new Failure(
                        ExitCode.USAGE,
                        "there is no terminal to ask for name and password",
                        "mangrove login REGISTRY -u USER --password-stdin < FILE"));
    }
}
