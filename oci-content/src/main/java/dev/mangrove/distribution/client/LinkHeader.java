package dev.mangrove.distribution.client;

import dev.mangrove.http.Headers;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code Link: <...>; rel="next"} of a list (RFC 8288). */
final class LinkHeader {
    private static final Pattern NEXT =
            Pattern.compile("<([^<>]{1,4096})>\\s*;[^<>]{0,256}rel\\s*=\\s*\"?next\"?", Pattern.CASE_INSENSITIVE);

    private LinkHeader() {}

    /** The next page, if there is one and it is on the same server. */
    static Optional<URI> next(Headers headers, URI page) {
        for (String value : headers.all("Link")) {
            Matcher found = NEXT.matcher(value);
            if (found.find()) {
                try {
                    URI next = page.resolve(found.group(1));
                    return WebOrigin.of(next).equals(WebOrigin.of(page)) ? Optional.of(next) : Optional.empty();
                } catch (IllegalArgumentException e) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}
