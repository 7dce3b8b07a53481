package dev.mangrove.distribution;

import dev.mangrove.http.Headers;
import java.util.OptionalLong;

/** What a request says about its body; the HTTP layer has checked the grammar. */
final class ContentLength {
    private static final int MAX_DIGITS = 18;

    private ContentLength() {}

    static OptionalLong of(Headers headers) {
        return headers.first("Content-Length")
                .map(String::strip)
                .filter(text -> !text.isEmpty()
                        && text.length() <= MAX_DIGITS
                        && text.chars().allMatch(c -> c >= '0' && c <= '9'))
                .map(text -> OptionalLong.of(Long.parseLong(text)))
                .orElse(OptionalLong.empty());
    }

    /** Whether a body may follow. */
    static boolean bodyFollows(Headers headers) {
        return headers.first("Transfer-Encoding").isPresent() || of(headers).orElse(0) > 0;
    }
}
