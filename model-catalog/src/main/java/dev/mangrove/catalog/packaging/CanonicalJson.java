package dev.mangrove.catalog.packaging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON with the keys of every object in order: libraries write maps in an order of their own, which may differ from run to
 * run, and the digest of a manifest is that of its bytes.
 */
final class CanonicalJson {
    private static final JsonFactory JSON = new JsonFactory();

    private CanonicalJson() {}

    /** The same JSON with sorted keys and no blanks; numbers keep their digits. */
    static byte[] of(String json) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(json.length());
        try (JsonParser parser = JSON.createParser(json);
                JsonGenerator generator = JSON.createGenerator(out)) {
            parser.nextToken();
            write(read(parser), generator);
        } catch (IOException e) {
            throw new IllegalStateException("not JSON: " + e.getMessage(), e);
        }
        return out.toByteArray();
    }

    /** A scalar as it stands. */
    private record Scalar(JsonToken token, String text) {}

    private static Object read(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            Map<String, Object> fields = new TreeMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                fields.put(name, read(parser));
            }
            return fields;
        }
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            List<Object> elements = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                elements.add(read(parser));
            }
            return elements;
        }
        return new Scalar(parser.currentToken(), parser.getText());
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
            case Scalar(JsonToken token, String text) when token.isNumeric() -> out.writeNumber(text);
            case Scalar scalar -> out.writeRawValue(scalar.text());
            default -> throw new IllegalStateException("no JSON: " + value.getClass());
        }
    }
}
