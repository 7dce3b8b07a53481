package dev.mangrove.catalog.packaging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The config of a ModelPack artifact ({@code application/vnd.cncf.model.config.v1+json}). Its schema is closed, so it holds
 * only what the specification names; no time of creation, which would change the digest of the same model.
 */
final class ModelConfig {
    static final String MEDIA_TYPE = "application/vnd.cncf.model.config.v1+json";
    private static final JsonFactory JSON = new JsonFactory();

    private ModelConfig() {}

    static byte[] json(
            String name, Optional<String> version, List<String> licenses, ModelFacts facts, List<HashedFile> files) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeObjectFieldStart("config");
            optional(json, "architecture", facts.architecture());
            json.writeStringField("format", facts.format());
            optional(json, "precision", facts.precision());
            json.writeEndObject();
            json.writeObjectFieldStart("descriptor");
            strings(json, "licenses", licenses);
            json.writeStringField("name", name);
            optional(json, "version", version);
            json.writeEndObject();
            json.writeObjectFieldStart("modelfs");
            strings(
                    json,
                    "diffIds",
                    files.stream().map(f -> f.digest().toString()).toList());
            json.writeStringField("type", "layers");
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory", e);
        }
        return out.toByteArray();
    }

    private static void optional(JsonGenerator json, String name, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get());
        }
    }

    private static void strings(JsonGenerator json, String name, List<String> values) throws IOException {
        if (values.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }
}
