package dev.mangrove.catalog.archive;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.MediaType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The JSON files that are made here, with their fields in a fixed order: the same content is the same bytes. */
final class ImageJson {
    private static final JsonFactory JSON = new JsonFactory();

    private ImageJson() {}

    /** Writes into a generator. */
    @FunctionalInterface
    private interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    /** A manifest of an image. */
    static byte[] manifest(Descriptor config, List<Descriptor> layers) {
        return object(json -> {
            json.writeNumberField("schemaVersion", 2);
            json.writeStringField("mediaType", MediaType.OCI_MANIFEST.value());
            json.writeFieldName("config");
            descriptor(json, config, Map.of());
            json.writeArrayFieldStart("layers");
            for (Descriptor layer : layers) {
                descriptor(json, layer, Map.of());
            }
            json.writeEndArray();
        });
    }

    /** The {@code index.json} of a layout with one artifact. */
    static byte[] layoutIndex(Descriptor artifact, Map<String, String> annotations) {
        return object(json -> {
            json.writeNumberField("schemaVersion", 2);
            json.writeStringField("mediaType", MediaType.OCI_INDEX.value());
            json.writeArrayFieldStart("manifests");
            descriptor(json, artifact, new TreeMap<>(annotations));
            json.writeEndArray();
        });
    }

    /** The file {@code oci-layout}. */
    static byte[] layoutVersion() {
        return object(json -> json.writeStringField("imageLayoutVersion", "1.0.0"));
    }

    /** docker's {@code manifest.json} with one image. */
    static byte[] dockerTable(String config, List<String> names, List<String> layers) {
        byte[] image = object(json -> {
            json.writeStringField("Config", config);
            strings(json, "RepoTags", names);
            strings(json, "Layers", layers);
        });
        byte[] table = new byte[image.length + 2];
        table[0] = '[';
        System.arraycopy(image, 0, table, 1, image.length);
        table[table.length - 1] = ']';
        return table;
    }

    private static void strings(JsonGenerator json, String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    private static void descriptor(JsonGenerator json, Descriptor descriptor, Map<String, String> annotations)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("mediaType", descriptor.mediaType().value());
        json.writeStringField("digest", descriptor.digest().toString());
        json.writeNumberField("size", descriptor.sizeBytes());
        if (!annotations.isEmpty()) {
            json.writeObjectFieldStart("annotations");
            for (Map.Entry<String, String> annotation : annotations.entrySet()) {
                json.writeStringField(annotation.getKey(), annotation.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static byte[] object(Content content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            content.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory", e);
        }
        return out.toByteArray();
    }
}
