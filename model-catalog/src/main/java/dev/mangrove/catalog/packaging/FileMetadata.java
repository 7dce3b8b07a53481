package dev.mangrove.catalog.packaging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;

/**
 * The value of the layer annotation {@code org.cncf.model.file.metadata+json}: a tar header as JSON. Owner and time are
 * always the same and the mode is one of two, so that the same bytes make the same artifact.
 */
final class FileMetadata {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int PLAIN_MODE = 0644;
    private static final int EXECUTABLE_MODE = 0755;
    private static final int REGULAR_FILE = '0';
    private static final String NO_TIME = "1970-01-01T00:00:00Z";

    private FileMetadata() {}

    static String json(ModelFile file) {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("name", file.path().substring(file.path().lastIndexOf('/') + 1));
            json.writeNumberField("mode", file.executable() ? EXECUTABLE_MODE : PLAIN_MODE);
            json.writeNumberField("uid", 0);
            json.writeNumberField("gid", 0);
            json.writeNumberField("size", file.sizeBytes());
            json.writeStringField("mtime", NO_TIME);
            json.writeNumberField("typeflag", REGULAR_FILE);
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory", e);
        }
        return out.toString();
    }
}
