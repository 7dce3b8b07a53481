package dev.mangrove.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * One JSON object a line: {@code {"ts","event":"progress","name","digest","total","completed"}}, at most one a second and
 * file, and one {@code "event":"done"} for each file.
 */
final class JsonProgress implements Progress {
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final JsonFactory JSON = new JsonFactory();

    private final PrintWriter out;
    private final InstantSource clock;

    JsonProgress(PrintWriter out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
    }

    @Override
    public Item start(String name, String digest, long totalBytes) {
        return new File(name, digest, totalBytes);
    }

    private final class File implements Item {
        private final String name;
        private final String digest;
        private final long totalBytes;
        private long doneBytes;
        private Instant told = Instant.EPOCH;

        File(String name, String digest, long totalBytes) {
            this.name = name;
            this.digest = digest;
            this.totalBytes = totalBytes;
        }

        @Override
        public synchronized void advance(long bytes) {
            doneBytes += bytes;
            Instant now = clock.instant();
            if (Duration.between(told, now).compareTo(INTERVAL) >= 0) {
                told = now;
                tell("progress", doneBytes, "");
            }
        }

        @Override
        public synchronized void done(String note) {
            if (!note.isEmpty()) {
                tell("done", totalBytes, note);
            }
        }

        private void tell(String event, long completedBytes, String note) {
            StringWriter line = new StringWriter();
            try (JsonGenerator json = JSON.createGenerator(line)) {
                json.writeStartObject();
                json.writeStringField("ts", clock.instant().toString());
                json.writeStringField("event", event);
                json.writeStringField("name", name);
                json.writeStringField("digest", digest);
                json.writeNumberField("total", totalBytes);
                json.writeNumberField("completed", completedBytes);
                if (!note.isEmpty()) {
                    json.writeStringField("note", note);
                }
                json.writeEndObject();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            out.println(line);
        }
    }
}
