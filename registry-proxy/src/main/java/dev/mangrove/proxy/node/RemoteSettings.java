package dev.mangrove.proxy.node;

import dev.mangrove.cli.Config;
import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.distribution.client.Credentials;
import dev.mangrove.distribution.client.Login;
import dev.mangrove.distribution.client.RegistryUrl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A registry to ask: its address, authorities trusted besides the system's, and our login there, if any.
 *
 * @param caFiles PEM files
 */
public record RemoteSettings(RegistryUrl url, List<Path> caFiles, Optional<Account> account) {
    private static final long MAX_PASSWORD_BYTES = 16 * 1024;

    public RemoteSettings {
        caFiles = List.copyOf(caFiles);
    }

    /** Who we are at a registry; the password stays in its file, and is read when it is asked for. */
    public record Account(String username, Path passwordFile) {}

    /** Reads {@code url}, {@code ca-file}, {@code username} and {@code password-file} of an item of the settings. */
    static RemoteSettings of(Config item, RegistryUrl url) {
        Optional<String> username = item.get("username");
        Optional<Path> passwordFile = item.path("password-file");
        if (username.isPresent() != passwordFile.isPresent()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "the login at " + url + " is not complete",
                    "set both username and password-file, or neither");
        }
        return new RemoteSettings(
                url,
                item.path("ca-file").stream().toList(),
                username.map(name -> new Account(name, passwordFile.orElseThrow())));
    }

    /** The login, bound to the origin of the URL. A changed password file counts at once. */
    Credentials credentials() {
        if (account.isEmpty()) {
            return Credentials.NONE;
        }
        Account known = account.get();
        return origin -> origin.equals(url.origin())
                ? Optional.of(new Login.Password(known.username(), password(known.passwordFile())))
                : Optional.empty();
    }

    private String password(Path file) throws IOException {
        try {
            if (Files.size(file) <= MAX_PASSWORD_BYTES) {
                return Files.readString(file, StandardCharsets.UTF_8)
                        .lines()
                        .findFirst()
                        .orElse("");
            }
        } catch (IOException e) {
            // told below, without the path
        }
        throw new dev.mangrove.content.ContentException.Refused(
                "the password file for " + url + " cannot be read; look at the setting password-file", false);
    }
}
