package dev.mangrove.observe;

import dev.mangrove.http.HttpExchange;
import dev.mangrove.http.HttpHandler;
import dev.mangrove.http.RequestHead;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Counts each request, and writes one line about it to the logger {@code dev.mangrove.access}: {@code method=GET kind=blob
 * path=/v2/... status=200 bytes=1048576 ms=12 source=local caller=alice remote=10.0.0.7}. The path is there without its
 * query, and no header of the request: both may hold secrets. {@code cut=true} ends the line of an answer that broke off.
 */
public final class AccessLog implements HttpHandler {
    private static final System.Logger LOG = System.getLogger("dev.mangrove.access");
    private static final int MAX_PATH_CHARS = 1_000;
    private static final double[] SECONDS = {0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60, 600};

    private final HttpHandler next;
    private final LongSupplier nanoClock;
    private final Counter requests;
    private final Counter bytes;
    private final Histogram duration;
    private final Histogram firstByte;

    public AccessLog(Metrics metrics, HttpHandler next) {
        this(metrics, next, System::nanoTime);
    }

    AccessLog(Metrics metrics, HttpHandler next, LongSupplier nanoClock) {
        this.next = next;
        this.nanoClock = nanoClock;
        this.requests = metrics.counter(
                "mangrove_blob_requests_total", "Requests for blobs and manifests, answered.", "protocol", "code");
        this.bytes =
                metrics.counter("mangrove_blob_response_bytes_total", "Bytes of blobs and manifests sent.", "source");
        this.duration = metrics.histogram(
                "mangrove_request_duration_seconds", "From a request's head to its last byte.", SECONDS);
        this.firstByte = metrics.histogram(
                "mangrove_time_to_first_byte_seconds", "From a request's head to its answer's.", SECONDS);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        if (Probes.answers(exchange.request().rawPath())) {
            next.handle(exchange);
            return;
        }
        long began = nanoClock.getAsLong();
        AnswerMeter meter = new AnswerMeter(exchange, nanoClock);
        RequestNotes notes = new RequestNotes();
        try {
            ScopedValue.where(RequestNotes.current(), notes).call(() -> {
                next.handle(meter);
                return meter;
            });
        } finally {
            record(meter, notes, began, nanoClock.getAsLong());
        }
    }

    private void record(AnswerMeter meter, RequestNotes notes, long began, long ended) {
        RequestHead head = meter.request();
        RequestKind kind = RequestKind.of(head.rawPath());
        duration.observe(seconds(ended - began));
        meter.status().ifPresent(status -> {
            firstByte.observe(seconds(meter.answeredAtNanos() - began));
            if (kind == RequestKind.BLOB || kind == RequestKind.MANIFEST) {
                requests.add(1, "oci", Integer.toString(status));
                bytes.add(meter.sentBytes(), meter.source());
            }
        });
        if (LOG.isLoggable(System.Logger.Level.INFO)) {
            LOG.log(System.Logger.Level.INFO, line(meter, notes, kind, Duration.ofNanos(ended - began)));
        }
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }

    private static String line(AnswerMeter meter, RequestNotes notes, RequestKind kind, Duration took) {
        RequestHead head = meter.request();
        StringBuilder line = new StringBuilder(200);
        field(line, "method", head.method());
        field(line, "kind", kind.label());
        field(line, "path", shortened(head.rawPath()));
        field(line, "status", meter.status().map(Object::toString).orElse("-"));
        field(line, "bytes", Long.toString(meter.sentBytes()));
        field(line, "ms", Long.toString(took.toMillis()));
        field(line, "source", meter.source());
        field(line, "caller", notes.caller());
        field(line, "remote", head.remote().getAddress().getHostAddress());
        if (!meter.whole()) {
            field(line, "cut", "true");
        }
        return line.toString();
    }

    private static void field(StringBuilder line, String name, String value) {
        line.append(line.isEmpty() ? "" : " ").append(name).append('=');
        value.chars().forEach(c -> line.append(c > ' ' && c < 0x7f && c != '"' && c != '=' ? (char) c : '_'));
    }

    private static String shortened(String path) {
        return path.length() <= MAX_PATH_CHARS ? path : path.substring(0, MAX_PATH_CHARS) + "...";
    }
}
