package dev.mangrove.distribution.client;

import dev.mangrove.content.ContentException;
import dev.mangrove.oci.MalformedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps logins where docker keeps them, so that one {@code login} counts for both: in the helper that docker's {@code
 * config.json} names for the server or for all, else in the file itself. What else is in the file stays.
 */
public final class LoginStore {
    private static final String LOGINS = "auths";
    private static final String HELPERS = "credHelpers";
    private static final String STORE = "credsStore";

    private final Path file;
    private final CredentialHelper helper;

    /** @param file {@code config.json}; made if absent */
    public LoginStore(Path file, CredentialHelper helper) {
        this.file = file;
        this.helper = helper;
    }

    /** How docker's file calls a server: its host and port; Docker Hub by the name it had first. */
    public static String nameOf(String host) {
        return DockerConfig.DOCKER_HUB_HOSTS.contains(host) ? DockerConfig.DOCKER_HUB_KEY : host;
    }

    /**
     * Keeps a login.
     *
     * @return the program of the helper that has it now; empty if it is in the file, where anyone who may read the file can
     *     read it
     */
    public Optional<String> save(String host, Login.Password login) throws IOException {
        String server = nameOf(host);
        JsonDocument config = read();
        Optional<String> program = helperFor(config, server);
        if (program.isPresent()) {
            helper.store(program.get(), server, login);
            config.put(LOGINS, server, Map.of()); // docker leaves this trace of where it is logged in
        } else {
            byte[] pair = (login.username() + ":" + login.password()).getBytes(StandardCharsets.UTF_8);
            config.put(LOGINS, server, Map.of("auth", Base64.getEncoder().encodeToString(pair)));
        }
        PrivateFile.replace(file, config.bytes());
        return program.map(name -> "docker-credential-" + name);
    }

    /** Forgets a login; false if there was none. */
    public boolean erase(String host) throws IOException {
        String server = nameOf(host);
        JsonDocument config = read();
        Optional<String> program = helperFor(config, server);
        boolean inHelper =
                program.isPresent() && helper.get(program.get(), server).isPresent();
        if (inHelper) {
            helper.erase(program.get(), server);
        }
        List<String> spelled = config.names(LOGINS).stream()
                .filter(name -> name.equals(server) || DockerConfig.hostOf(name).equals(server))
                .toList();
        if (!spelled.isEmpty()) {
            spelled.forEach(name -> config.remove(LOGINS, name));
            PrivateFile.replace(file, config.bytes());
        }
        return inHelper || !spelled.isEmpty();
    }

    private static Optional<String> helperFor(JsonDocument config, String server) {
        return config.text(HELPERS, server).or(() -> config.text(STORE)).filter(name -> !name.isEmpty());
    }

    private JsonDocument read() throws IOException {
        byte[] raw;
        try (InputStream in = Files.newInputStream(file)) {
            raw = in.readNBytes(DockerConfig.MAX_FILE_BYTES + 1);
        } catch (NoSuchFileException e) {
            return JsonDocument.empty();
        }
        if (raw.length == 0) {
            return JsonDocument.empty();
        }
        try {
            if (raw.length > DockerConfig.MAX_FILE_BYTES) {
                throw new MalformedContentException("it is too large", -1);
            }
            return JsonDocument.parse(raw);
        } catch (MalformedContentException e) {
            throw new ContentException.Refused(
                    "docker's " + file.getFileName() + " cannot be read: " + e.getMessage()
                            + "; nothing was changed, correct the file",
                    false);
        }
    }
}
