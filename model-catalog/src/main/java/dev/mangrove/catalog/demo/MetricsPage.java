package dev.mangrove.catalog.demo;

import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpCaller;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the {@code /metrics} of a process says. */
record MetricsPage(String text) {
    private static final int MAX_METRICS_BYTES = 4 * 1024 * 1024;
    private static final Pattern SENT = Pattern.compile(
            "^mangrove_blob_response_bytes_total\\{source=\"([a-z]+)\"} ([0-9.eE+]+)$", Pattern.MULTILINE);

    static MetricsPage of(HttpCaller http, String url) throws IOException {
        CallRequest request = CallRequest.of("GET", URI.create(url + "/metrics"), Headers.none());
        try (CallResponse answer = http.call(request)) {
            if (answer.status() != 200) {
                throw new IOException(url + "/metrics answered " + answer.status());
            }
            return new MetricsPage(new String(answer.body().readNBytes(MAX_METRICS_BYTES), StandardCharsets.UTF_8));
        }
    }

    /** Bytes of blobs and manifests sent, by where the process had them from. */
    Counters sent() {
        Map<String, Long> found = new TreeMap<>();
        Matcher line = SENT.matcher(text);
        while (line.find()) {
            found.merge(line.group(1), Math.round(Double.parseDouble(line.group(2))), Long::sum);
        }
        return new Counters(found);
    }

    /** A number without labels. */
    OptionalDouble number(String name) {
        return text.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst();
    }
}
