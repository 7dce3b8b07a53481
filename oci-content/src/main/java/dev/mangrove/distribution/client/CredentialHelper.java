package dev.mangrove.distribution.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.mangrove.content.ContentException;
import dev.mangrove.oci.MalformedContentException;
import dev.mangrove.oci.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@code docker-credential-NAME get|store|erase}, docker's protocol for logins kept outside of its file: the server's
 * name on standard input, {@code {"Username":..,"Secret":..}} on standard output; to store, all three go in. A helper that hangs or talks without end is killed.
 */
public final class CredentialHelper {
    private static final int MAX_OUTPUT_BYTES = 64 * 1024;
    private static final JsonFactory JSON = new JsonFactory();
    private static final String TOKEN_USER = "<token>";

    private final Duration limit;

    /** @param limit how long a helper may take */
    public CredentialHelper(Duration limit) {
        this.limit = limit;
    }

    /** The login a helper has for a server; empty if it says that it has none. */
    public Optional<Login> get(String name, String server) throws IOException {
        Answer answer = run(name, "get", server);
        return answer.exit() == 0 ? parse(answer.output(), program(name)) : Optional.empty();
    }

    /** Gives a helper a login to keep, in place of the one it has for that server. */
    public void store(String name, String server, Login.Password login) throws IOException {
        StringWriter entry = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(entry)) {
            json.writeStartObject();
            json.writeStringField("ServerURL", server);
            json.writeStringField("Username", login.username());
            json.writeStringField("Secret", login.password());
            json.writeEndObject();
        }
        requireDone(run(name, "store", entry.toString()), program(name) + " does not keep the login for " + server);
    }

    /** Has a helper forget its login for a server. */
    public void erase(String name, String server) throws IOException {
        requireDone(run(name, "erase", server), program(name) + " does not forget the login for " + server);
    }

    private static void requireDone(Answer answer, String what) throws ContentException {
        if (answer.exit() != 0) {
            String said = new String(answer.output(), StandardCharsets.UTF_8).strip();
            throw new ContentException.Refused(
                    what + (said.isEmpty() ? "" : ": " + said.substring(0, Math.min(200, said.length()))), false);
        }
    }

    /** How a helper ended, and what it printed. */
    private record Answer(int exit, byte[] output) {}

    private static String program(String name) {
        return "docker-credential-" + name;
    }

    private Answer run(String name, String action, String input) throws IOException {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw new ContentException.Refused("\"" + name + "\" is not the name of a credential helper", false);
        }
        String program = program(name);
        Process process;
        try {
            process = new ProcessBuilder(program, action)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new ContentException.Refused(
                    program + " cannot be started; install it, or take it out of docker's configuration", false);
        }
        try {
            byte[] output = talk(process, program, input);
            return new Answer(process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }

    private byte[] talk(Process process, String program, String input) throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        Thread reader = Thread.ofVirtual().name(program).start(() -> {
            try (InputStream in = process.getInputStream()) {
                output.write(in.readNBytes(MAX_OUTPUT_BYTES));
            } catch (IOException e) {
                // the process was killed: told below
            }
        });
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
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
