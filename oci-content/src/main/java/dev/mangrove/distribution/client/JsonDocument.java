package dev.mangrove.distribution.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.mangrove.oci.MalformedContentException;
import dev.mangrove.oci.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON file that others write too: what is not understood here is kept, in its place. Objects are maps, arrays lists;
 * everything else is a {@link Scalar}.
 */
final class JsonDocument {
    private static final JsonFactory JSON = new JsonFactory();

    private final Map<String, Object> root;

    private JsonDocument(Map<String, Object> root) {
        this.root = root;
    }

    /** A scalar as it stands; numbers keep their digits. */
    record Scalar(JsonToken token, String text) {
        static Scalar of(String text) {
            return new Scalar(JsonToken.VALUE_STRING, text);
        }

        @Override
        public String toString() {
            return "Scalar[]"; // may be a secret
        }
    }

    static JsonDocument empty() {
        return new JsonDocument(new LinkedHashMap<>());
    }

    /** @throws MalformedContentException if it is not one JSON object */
    static JsonDocument parse(byte[] raw) {
        return StrictJson.read(raw, json -> {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                throw StrictJson.malformed(json, "expected an object");
            }
            return new JsonDocument(object(json));
        });
    }

    /** A text at the top, if there is one of that name. */
    Optional<String> text(String name) {
        return textIn(root, name);
    }

    /** A text in an object at the top. */
    Optional<String> text(String object, String name) {
        return root.get(object) instanceof Map<?, ?> map ? textIn(map, name) : Optional.empty();
    }

    private static Optional<String> textIn(Map<?, ?> map, String name) {
        return map.get(name) instanceof Scalar scalar && scalar.token() == JsonToken.VALUE_STRING
                ? Optional.of(scalar.text())
                : Optional.empty();
    }

    /** Names in an object at the top; none if there is no such object. */
    List<String> names(String object) {
        List<String> names = new ArrayList<>();
        if (root.get(object) instanceof Map<?, ?> map) {
            map.keySet().forEach(key -> names.add((String) key));
        }
        return names;
    }

    /** Puts an object of texts into an object at the top. */
    void put(String object, String name, Map<String, String> texts) {
        Map<String, Object> fields = new LinkedHashMap<>();
        texts.forEach((key, text) -> fields.put(key, Scalar.of(text)));
        Map<String, Object> changed = copy(object);
        changed.put(name, fields);
        root.put(object, changed);
    }

    void remove(String object, String name) {
        Map<String, Object> changed = copy(object);
        changed.remove(name);
        root.put(object, changed);
    }

    private Map<String, Object> copy(String object) {
        Map<String, Object> copy = new LinkedHashMap<>();
        if (root.get(object) instanceof Map<?, ?> map) {
            map.forEach((key, value) -> copy.put((String) key, value));
        }
        return copy;
    }

    /** The file as docker lays it out: indented by tabs. */
    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DefaultIndenter tabs = new DefaultIndenter("\t", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentObjectsWith(tabs);
        printer.indentArraysWith(tabs);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.setPrettyPrinter(printer);
            write(root, json);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory", e);
        }
        return out.toByteArray();
    }

    private static Map<String, Object> object(JsonParser json) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        StrictJson.object(json, "object", (j, name) -> fields.put(name, value(j)));
        return fields;
    }

    private static Object value(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> object(json);
            case START_ARRAY -> {
                List<Object> elements = new ArrayList<>();
                StrictJson.array(json, "array", () -> elements.add(value(json)));
                yield elements;
            }
            default -> new Scalar(json.currentToken(), json.getText());
        };
    }

    private static void write(Object value, JsonGenerator out) throws IOException {
        switch (value) {
            case Map<?, ?> fields -> {
                out.writeStartObject();
                for (Map.Entry<?, ?> field : fields.entrySet()) {
                    out.writeFieldName((String) field.getKey());
                    write(field.getValue(), out);
                }
                out.writeEndObject();
            }
            case List<?> elements -> {
                out.writeStartArray();
                for (Object element : elements) {
                    write(element, out);
                }
                out.writeEndArray();
            }
            case Scalar(JsonToken token, String text) when token == JsonToken.VALUE_STRING -> out.writeString(text);
            case Scalar scalar -> out.writeRawValue(scalar.text());
            default -> throw new IllegalStateException("no JSON: " + value.getClass());
        }
    }
}
