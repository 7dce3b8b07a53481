package dev.mangrove.distribution;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.mangrove.http.Body;
import dev.mangrove.http.Headers;
import dev.mangrove.http.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Answers whose body is a JSON object. The content type has no parameters: clients compare it as a whole. */
final class Json {
    static final String CONTENT_TYPE = "application/json";
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** Writes the fields of the object. */
    @FunctionalInterface
    interface Fields {
        void writeTo(JsonGenerator json) throws IOException;
    }

    static Response answer(int status, Headers headers, Fields fields) {
        return answer(status, headers, CONTENT_TYPE, fields);
    }

    static Response answer(int status, Headers headers, String contentType, Fields fields) {
        return new Response(status, headers.with("Content-Type", contentType), new Body.Bytes(bytes(fields)));
    }

    private static byte[] bytes(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            fields.writeTo(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
