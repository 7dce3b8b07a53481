package dev.mangrove.distribution;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.mangrove.oci.Descriptor;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** Writes descriptors into lists that this server makes itself. */
final class DescriptorJson {
    private DescriptorJson() {}

    static void write(JsonGenerator json, Descriptor descriptor) throws IOException {
        json.writeStartObject();
        json.writeStringField("mediaType", descriptor.mediaType().value());
        json.writeStringField("digest", descriptor.digest().toString());
        json.writeNumberField("size", descriptor.sizeBytes());
        if (descriptor.artifactType().isPresent()) {
            json.writeStringField("artifactType", descriptor.artifactType().get());
        }
        if (!descriptor.annotations().isEmpty()) {
            json.writeObjectFieldStart("annotations");
            for (Map.Entry<String, String> each : new TreeMap<>(descriptor.annotations()).entrySet()) {
                json.writeStringField(each.getKey(), each.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }
}
