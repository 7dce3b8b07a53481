package dev.mangrove.proxy.push;

import dev.mangrove.distribution.client.Challenge;
import dev.mangrove.distribution.client.WebOrigin;
import dev.mangrove.http.Headers;
import dev.mangrove.http.RequestHead;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Headers on their way through: what is between two hops stays behind, and addresses at the parent become ours. */
final class RelayedHeaders {
    /** Longest body of an answer to a push; there are only errors to tell. */
    static final int MAX_BODY_BYTES = 64 * 1024;

    /** Where this node offers the parent's tokens. */
    static final String TOKEN_PATH = "/token";

    private static final Set<String> OF_ONE_HOP = Set.of(
            "connection",
            "content-length",
            "expect",
            "host",
            "http2-settings",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "via",
            "date",
            "server");
    private static final Pattern REALM = Pattern.compile("realm=\"([^\"]*)\"", Pattern.CASE_INSENSITIVE);

    private RelayedHeaders() {}

    /** What of a request goes on. */
    static Headers ofRequest(Headers sent) {
        return endToEnd(sent);
    }

    /** What of an answer goes back. */
    static Headers ofAnswer(Headers answer, RequestHead request, Parent parent, int index) {
        Headers relayed = Headers.none();
        for (Field field : fields(endToEnd(answer))) {
            relayed = switch (field.name().toLowerCase(Locale.ROOT)) {
                case "location" -> relayed.with(field.name(), location(field.value(), request, parent, index));
                case "www-authenticate" -> relayed.with(field.name(), challenge(field.value(), request, parent));
                default -> relayed.with(field.name(), field.value());
            };
        }
        return relayed;
    }

    /** The challenge of a parent with our token endpoint in place of its own. */
    static String challenge(String challenge, RequestHead request, Parent parent) {
        Matcher realm = REALM.matcher(challenge);
        boolean bearer = Challenge.parse(List.of(challenge)).stream()
                .anyMatch(c -> c.scheme().equals("bearer"));
        if (!bearer || !realm.find() || !isTokenEndpoint(realm.group(1), parent)) {
            return challenge;
        }
        Optional<String> host = request.headers().first("Host");
        String ours = (request.secure() ? "https://" : "http://") + host.orElse("localhost") + TOKEN_PATH;
        return challenge.substring(0, realm.start(1)) + ours + challenge.substring(realm.end(1));
    }

    private static boolean isTokenEndpoint(String realm, Parent parent) {
        try {
            URI uri = URI.create(realm);
            return WebOrigin.of(uri).equals(parent.url().origin()) && TOKEN_PATH.equals(uri.getRawPath());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Relative, so that it is right whatever name the client has for this node; another host's stays as it is. */
    private static String location(String location, RequestHead request, Parent parent, int index) {
        URI target;
        try {
            target = URI.create(parent.url() + request.rawPath()).resolve(location);
            if (!WebOrigin.of(target).equals(parent.url().origin())) {
                return location;
            }
        } catch (IllegalArgumentException e) {
            return location;
        }
        String below =
                target.getRawPath().substring(parent.url().base().getRawPath().length());
        String path = below + (target.getRawQuery() == null ? "" : "?" + target.getRawQuery());
        return below.contains("/blobs/uploads/") ? UploadAddress.marked(path, index) : path;
    }

    private record Field(String name, String value) {}

    private static List<Field> fields(Headers headers) {
        List<Field> fields = new java.util.ArrayList<>();
        headers.forEach((name, value) -> fields.add(new Field(name, value)));
        return fields;
    }

    private static Headers endToEnd(Headers headers) {
        Headers kept = Headers.none();
        for (Field field : fields(headers)) {
            if (!OF_ONE_HOP.contains(field.name().toLowerCase(Locale.ROOT))) {
                kept = kept.with(field.name(), field.value());
            }
        }
        return kept;
    }
}
