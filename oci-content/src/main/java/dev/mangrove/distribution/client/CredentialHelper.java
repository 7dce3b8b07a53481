package dev.mangrove.distribution.client;

import dev.mangrove.content.ContentException;
import dev.mangrove.oci.MalformedContentException;
import dev.mangrove.oci.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@code docker-credential-NAME get}, docker's protocol for logins kept outside of its file: the server's name on
 * standard input, {@code {"Username":..,"Secret":..}} on standard output. A helper that hangs or talks without end is killed.
 */
public final class CredentialHelper {
    private static final int MAX_OUTPUT_BYTES = 64 * 1024;
    private static final String TOKEN_USER = "<token>";

    private final Duration limit;

    /** @param limit how long a helper may take */
    public CredentialHelper(Duration limit) {
        this.limit = limit;
    }

    /** The login a helper has for a server; empty if it says that it has none. */
    public Optional<Login> get(String name, String server) throws IOException {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw new ContentException.Refused("\"" + name + "\" is not the name of a credential helper", false);
        }
        String program = "docker-credential-" + name;
        Process process;
        try {
            process = new ProcessBuilder(program, "get")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new ContentException.Refused(
                    program + " cannot be started; install it, or take it out of docker's configuration", false);
        }
        try {
            byte[] output = talk(process, program, server);
            return process.exitValue() == 0 ? parse(output, program) : Optional.empty();
        } finally {
            process.destroyForcibly();
        }
    }

    private byte[] talk(Process process, String program, String server) throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        Thread reader = Thread.ofVirtual().name(program).start(() -> {
            try (InputStream in = process.getInputStream()) {
                output.write(in.readNBytes(MAX_OUTPUT_BYTES));
            } catch (IOException e) {
                // the process was killed: told below
            }
        });
        try (OutputStream in = process.getOutputStream()) {
            in.write(server.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // it ended without listening: its exit code and output say why
        }
        try {
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended || !reader.join(limit)) {
                throw new ContentException.Refused(program + " did not end within " + limit.toSeconds() + " s", false);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ContentException.Unavailable("interrupted while waiting for " + program, e);
        }
        return output.toByteArray();
    }

    private static Optional<Login> parse(byte[] output, String program) throws IOException {
        Map<String, String> fields = new HashMap<>();
        try {
            StrictJson.read(output, json -> {
                StrictJson.object(json, program, (j, name) -> fields.put(name, StrictJson.string(j, name)));
                return fields;
            });
        } catch (MalformedContentException e) {
            throw new ContentException.Refused(program + " answered with something that is not a login", false);
        }
        String user = fields.getOrDefault("Username", "");
        String secret = fields.getOrDefault("Secret", "");
        if (secret.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                user.equals(TOKEN_USER) ? new Login.IdentityToken(secret) : new Login.Password(user, secret));
    }
}
