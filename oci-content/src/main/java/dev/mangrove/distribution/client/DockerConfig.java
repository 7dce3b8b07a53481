package dev.mangrove.distribution.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.mangrove.content.ContentException;
import dev.mangrove.oci.MalformedContentException;
import dev.mangrove.oci.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The logins of docker's {@code config.json}: {@code auths}, {@code credHelpers}, {@code credsStore}, in the order docker
 * itself asks them. Read anew for every question, so a {@code docker login} counts at once. A key names a host, with
 * its port unless it is the usual one, and holds for that host only.
 */
public final class DockerConfig implements Credentials {
    static final int MAX_FILE_BYTES = 4 * 1024 * 1024;
    static final String DOCKER_HUB_KEY = "https://index.docker.io/v1/";
    static final Set<String> DOCKER_HUB_HOSTS =
            Set.of("docker.io", "index.docker.io", "registry-1.docker.io", "auth.docker.io");

    private final Path file;
    private final CredentialHelper helper;

    /** @param file {@code config.json}; may be absent */
    public DockerConfig(Path file, CredentialHelper helper) {
        this.file = file;
        this.helper = helper;
    }

    /** The file docker uses: {@code $DOCKER_CONFIG/config.json}, else {@code ~/.docker/config.json}. */
    public static Path usualFile(Map<String, String> environment, Path home) {
        String folder = environment.getOrDefault("DOCKER_CONFIG", "");
        return (folder.isBlank() ? home.resolve(".docker") : Path.of(folder)).resolve("config.json");
    }

    @Override
    public Optional<Login> find(WebOrigin origin) throws IOException {
        Parsed config = read();
        for (String key : keys(origin)) {
            String program = config.helpers.get(key);
            if (program != null) {
                return helper.get(program, key);
            }
        }
        if (!config.store.isEmpty()) {
            for (String key : keys(origin)) {
                Optional<Login> stored = helper.get(config.store, key);
                if (stored.isPresent()) {
                    return stored;
                }
            }
        }
        return inFile(config, origin);
    }

    private static Optional<Login> inFile(Parsed config, WebOrigin origin) {
        for (String key : keys(origin)) {
            for (Map.Entry<String, Login> each : config.logins.entrySet()) {
                if (each.getKey().equals(key) || hostOf(each.getKey()).equals(hostOf(key))) {
                    return Optional.of(each.getValue());
                }
            }
        }
        return Optional.empty();
    }

    /** How docker may have spelled that server. */
    private static List<String> keys(WebOrigin origin) {
        Set<String> keys = new LinkedHashSet<>();
        if (DOCKER_HUB_HOSTS.contains(origin.host())) {
            keys.add(DOCKER_HUB_KEY);
        }
        keys.add(origin.authority());
        keys.add(origin.toString());
        keys.add(origin.host() + ":" + origin.port());
        return List.copyOf(keys);
    }

    static String hostOf(String key) {
        String host = key.replaceFirst("^https?://", "");
        int slash = host.indexOf('/');
        return slash < 0 ? host : host.substring(0, slash);
    }

    private Parsed read() throws IOException {
        byte[] raw;
        try (InputStream in = Files.newInputStream(file)) {
            raw = in.readNBytes(MAX_FILE_BYTES);
        } catch (NoSuchFileException e) {
            return new Parsed();
        }
        if (raw.length == 0) {
            return new Parsed();
        }
        try {
            return StrictJson.read(raw, json -> {
                Parsed parsed = new Parsed();
                StrictJson.object(json, "docker configuration", parsed::field);
                return parsed;
            });
        } catch (MalformedContentException e) {
            throw new ContentException.Refused(
                    "docker's " + file.getFileName() + " cannot be read: " + e.getMessage() + "; correct the file",
                    false);
        }
    }

    private static final class Parsed {
        private final Map<String, Login> logins = new LinkedHashMap<>();
        private final Map<String, String> helpers = new HashMap<>();
        private String store = "";

        void field(JsonParser json, String name) throws IOException {
            switch (name) {
                case "auths" -> StrictJson.object(json, name, this::login);
                case "credHelpers" ->
                    StrictJson.object(json, name, (j, host) -> helpers.put(host, StrictJson.string(j, host)));
                case "credsStore" -> store = StrictJson.string(json, name);
                default -> json.skipChildren();
            }
        }

        private void login(JsonParser json, String host) throws IOException {
            if (json.currentToken() == JsonToken.VALUE_NULL) {
                return;
            }
            Map<String, String> fields = new HashMap<>();
            StrictJson.object(json, host, (j, name) -> {
                if (j.currentToken() == JsonToken.VALUE_STRING) {
                    fields.put(name, j.getText());
                } else {
                    j.skipChildren();
                }
            });
            loginOf(fields).ifPresent(login -> logins.put(host, login));
        }

        private static Optional<Login> loginOf(Map<String, String> fields) {
            String identity = fields.getOrDefault("identitytoken", "");
            if (!identity.isEmpty()) {
                return Optional.of(new Login.IdentityToken(identity));
            }
            String auth = fields.getOrDefault("auth", "");
            if (auth.isEmpty()) {
                return fields.containsKey("username") && fields.containsKey("password")
                        ? Optional.of(new Login.Password(fields.get("username"), fields.get("password")))
                        : Optional.empty();
            }
            try {
                String pair = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
                int colon = pair.indexOf(':');
                return colon < 0
                        ? Optional.empty()
                        : Optional.of(new Login.Password(
                                pair.substring(0, colon),
                                pair.substring(colon + 1).replace("\0", "")));
            } catch (IllegalArgumentException e) {
                return Optional.empty(); // docker ignores what it cannot decode, too
            }
        }
    }
}
