package dev.mangrove.catalog.archive;

import com.fasterxml.jackson.core.JsonToken;
import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.StrictJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a manifest of an index runs on: {@code linux/arm64}, {@code linux/arm/v7}. */
record Platform(String system, String architecture, Optional<String> variant) {
    static Platform parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length < 2 || parts.length > 3 || parts[0].isBlank() || parts[1].isBlank()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "\"" + text + "\" is not a platform",
                    "one is for example linux/arm64, linux/arm/v7");
        }
        return new Platform(parts[0], parts[1], parts.length == 3 ? Optional.of(parts[2]) : Optional.empty());
    }

    /** Whether that is what was asked for; who names no variant takes any. */
    boolean fits(Platform wanted) {
        return system.equals(wanted.system)
                && architecture.equals(wanted.architecture)
                && (wanted.variant.isEmpty() || wanted.variant.equals(variant));
    }

    /** Whether anything can run there: attestations are listed under {@code unknown/unknown}. */
    boolean isReal() {
        return !system.equals("unknown");
    }

    /** The platforms that an index tells, by manifest. */
    static Map<Digest, Platform> of(byte[] index) {
        Map<Digest, Platform> found = new HashMap<>();
        return StrictJson.read(index, json -> {
            StrictJson.object(json, "index", (j, name) -> {
                if (!name.equals("manifests")) {
                    j.skipChildren();
                    return;
                }
                StrictJson.array(j, name, () -> {
                    Fields fields = new Fields();
                    StrictJson.object(j, "manifest", fields::read);
                    if (fields.isTold()) {
                        found.put(Digest.parse(fields.texts.getFirst()), fields.platform());
                    }
                });
            });
            return found;
        });
    }

    private static final class Fields {
        private final List<String> texts = new ArrayList<>(List.of(""));
        private final Map<String, String> platform = new HashMap<>();

        void read(com.fasterxml.jackson.core.JsonParser json, String name) throws java.io.IOException {
            switch (name) {
                case "digest" -> texts.set(0, StrictJson.string(json, name));
                case "platform" ->
                    StrictJson.object(json, name, (j, field) -> {
                        if (j.currentToken() == JsonToken.VALUE_STRING) {
                            platform.put(field, j.getText());
                        } else {
                            j.skipChildren();
                        }
                    });
                default -> json.skipChildren();
            }
        }

        boolean isTold() {
            return !texts.getFirst().isEmpty() && platform.containsKey("os") && platform.containsKey("architecture");
        }

        Platform platform() {
            return new Platform(
                    platform.getOrDefault("os", ""),
                    platform.getOrDefault("architecture", ""),
                    Optional.ofNullable(platform.get("variant")));
        }
    }

    @Override
    public String toString() {
        return system + "/" + architecture + variant.map(v -> "/" + v).orElse("");
    }
}
