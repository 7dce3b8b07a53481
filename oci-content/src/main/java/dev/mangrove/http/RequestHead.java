package dev.mangrove.http;

import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The head of a request.
 *
 * @param rawPath path as received, still percent-encoded, without the query
 * @param rawQuery query as received without the question mark; empty if there was none
 * @param secure whether it came over TLS
 * @param remote address of the other end of the connection
 */
public record RequestHead(
        String method, String rawPath, String rawQuery, Headers headers, boolean secure, InetSocketAddress remote) {
    /** The path, percent-decoded. */
    public String path() {
        return URLDecoder.decode(rawPath.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** First value of a query parameter, decoded. */
    public Optional<String> query(String name) {
        List<String> values = queryAll(name);
        return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
    }

    /** All values of a query parameter, decoded, in order. */
    public List<String> queryAll(String name) {
        List<String> values = new ArrayList<>();
        for (String pair : rawQuery.split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            if (!key.isEmpty() && URLDecoder.decode(key, StandardCharsets.UTF_8).equals(name)) {
                values.add(equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return values;
    }
}
