package dev.mangrove.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;

/**
 * Forward-only JSON for input from outside: duplicate keys, deep nesting, long strings and trailing bytes are errors,
 * each with its byte offset.
 */
public final class StrictJson {
    private static final int MAX_DEPTH = 100;
    private static final int MAX_STRING_CHARS = 4 * 1024 * 1024;
    private static final int MAX_NUMBER_CHARS = 100;

    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_STRING_CHARS)
                    .maxNumberLength(MAX_NUMBER_CHARS)
                    .build())
            .build();

    private StrictJson() {}

    /** Reads a value; called with the parser on its first token, leaves it on the last. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(JsonParser json) throws IOException;
    }

    /** Reads one field of an object; called with the parser on the first token of the value. */
    @FunctionalInterface
    public interface Field {
        void read(JsonParser json, String name) throws IOException;
    }

    /** Reads one element of an array; called with the parser on its first token. */
    @FunctionalInterface
    public interface Element {
        void read() throws IOException;
    }

    /**
     * Reads exactly one JSON value.
     *
     * @throws MalformedContentException if the bytes are not that
     */
    public static <T> T read(byte[] raw, Reader<T> reader) {
        try (JsonParser json = FACTORY.createParser(raw)) {
            if (json.nextToken() == null) {
                throw new MalformedContentException("empty where JSON was expected", 0);
            }
            T value = reader.read(json);
            if (json.nextToken() != null) {
                throw malformed(json, "more bytes after the JSON value");
            }
            return value;
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            long offset = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
            throw new MalformedContentException("not valid JSON: " + e.getOriginalMessage(), offset);
        } catch (IOException e) {
            throw new MalformedContentException("not valid JSON: " + e.getMessage(), -1);
        }
    }

    /** Reads an object field by field; the parser stands on its opening brace. */
    public static void object(JsonParser json, String what, Field field) throws IOException {
        expect(json, JsonToken.START_OBJECT, what + " must be an object");
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            field.read(json, name);
        }
    }

    /** Reads an array, {@code null} counting as empty; the parser stands on its opening bracket. */
    public static void array(JsonParser json, String what, Element element) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        expect(json, JsonToken.START_ARRAY, what + " must be an array");
        while (json.nextToken() != JsonToken.END_ARRAY) {
            element.read();
        }
    }

    /** The string that the parser stands on. */
    public static String string(JsonParser json, String what) throws IOException {
        expect(json, JsonToken.VALUE_STRING, what + " must be a string");
        return json.getText();
    }

    /** The non-negative integer that the parser stands on. */
    public static long wholeNumber(JsonParser json, String what) throws IOException {
        expect(json, JsonToken.VALUE_NUMBER_INT, what + " must be a whole number");
        long value = json.getLongValue();
        if (value < 0) {
            throw malformed(json, what + " must not be negative");
        }
        return value;
    }

    static MediaType mediaType(JsonParser json, String text) {
        try {
            return new MediaType(text);
        } catch (InvalidNameException e) {
            throw malformed(json, e.getMessage());
        }
    }

    static Digest digest(JsonParser json, String text) {
        try {
            return Digest.parse(text);
        } catch (InvalidNameException e) {
            throw malformed(json, e.getMessage());
        }
    }

    /** The error for the token that the parser stands on. */
    public static MalformedContentException malformed(JsonParser json, @org.jspecify.annotations.Nullable String what) {
        return new MalformedContentException(
                what == null ? "malformed" : what, json.currentTokenLocation().getByteOffset());
    }

    private static void expect(JsonParser json, JsonToken token, String what) {
        if (json.currentToken() != token) {
            throw malformed(json, what);
        }
    }
}
