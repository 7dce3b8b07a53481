package dev.mangrove.catalog.demo;

import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpCaller;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes of blobs and manifests that a process has sent, by where it had them from: what its {@code /metrics} says.
 *
 * @param bySource {@code local}, {@code region}, ... to bytes
 */
record Counters(Map<String, Long> bySource) {
    private static final int MAX_METRICS_BYTES = 4 * 1024 * 1024;
    private static final Pattern SENT = Pattern.compile(
            "^mangrove_blob_response_bytes_total\\{source=\"([a-z]+)\"} ([0-9.eE+]+)$", Pattern.MULTILINE);

    Counters {
        bySource = Map.copyOf(bySource);
    }

    static Counters of(HttpCaller http, String url) throws IOException {
        CallRequest request = CallRequest.of("GET", URI.create(url + "/metrics"), Headers.none());
        try (CallResponse answer = http.call(request)) {
            if (answer.status() != 200) {
                throw new IOException(url + "/metrics answered " + answer.status());
            }
            return parse(new String(answer.body().readNBytes(MAX_METRICS_BYTES), StandardCharsets.UTF_8));
        }
    }

    static Counters parse(String metrics) {
        Map<String, Long> found = new TreeMap<>();
        Matcher line = SENT.matcher(metrics);
        while (line.find()) {
            found.merge(line.group(1), Math.round(Double.parseDouble(line.group(2))), Long::sum);
        }
        return new Counters(found);
    }

    /** What was added since. */
    Counters since(Counters before) {
        Map<String, Long> added = new TreeMap<>();
        bySource.forEach((source, bytes) -> {
            long more = bytes - before.bySource.getOrDefault(source, 0L);
            if (more != 0) {
                added.put(source, more);
            }
        });
        return new Counters(added);
    }

    long from(String source) {
        return bySource.getOrDefault(source, 0L);
    }

    long total() {
        return bySource.values().stream().mapToLong(Long::longValue).sum();
    }
}
