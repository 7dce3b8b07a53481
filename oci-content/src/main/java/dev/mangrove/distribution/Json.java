package dev.mangrove.distribution;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.mangrove.http.Body;
import dev.mangrove.http.Headers;
import dev.mangrove.http.Response;
import dev.mangrove.oci.OciErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Answers whose body is a JSON object. The content type has no parameters: clients compare it as a whole. */
public final class Json {
    private static final String CONTENT_TYPE = "application/json";
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** Writes the fields of the object. */
    @FunctionalInterface
    public interface Fields {
        void writeTo(JsonGenerator json) throws IOException;
    }

    /** An answer of type {@code application/json}. */
    public static Response answer(int status, Headers headers, Fields fields) {
        return answer(status, headers, CONTENT_TYPE, fields);
    }

    static Response answer(int status, Headers headers, String contentType, Fields fields) {
        return new Response(status, headers.with("Content-Type", contentType), new Body.Bytes(bytes(fields)));
    }

    /** The error body of the distribution specification, "Error Codes". */
    public static Response error(int status, Headers headers, OciErrorCode code, String message) {
        return answer(status, headers, json -> {
            json.writeArrayFieldStart("errors");
            json.writeStartObject();
            json.writeStringField("code", code.name());
            json.writeStringField("message", message);
            json.writeEndObject();
            json.writeEndArray();
        });
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
