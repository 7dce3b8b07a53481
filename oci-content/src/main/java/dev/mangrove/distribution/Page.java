package dev.mangrove.distribution;

import dev.mangrove.http.Headers;
import dev.mangrove.http.RequestHead;
import dev.mangrove.oci.OciErrorCode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * One page of a list.
 *
 * @param last the entry before the page; need not exist
 * @param limit most entries of the page
 */
record Page(Optional<String> last, int limit) {
    /** Longest page, also where the client asked for no limit. */
    static final int MAX_ENTRIES = 10_000;

    static Page of(RequestHead head) throws ProtocolException {
        Optional<String> count = head.query("n");
        return new Page(head.query("last").filter(last -> !last.isEmpty()), limit(count));
    }

    private static int limit(Optional<String> count) throws ProtocolException {
        if (count.isEmpty()) {
            return MAX_ENTRIES;
        }
        try {
            int asked = Integer.parseInt(count.get());
            if (asked >= 0) {
                return Math.min(asked, MAX_ENTRIES);
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw ProtocolException.of(OciErrorCode.UNSUPPORTED, "n must be a whole number of 0 or more")
                .withStatus(400);
    }

    /** The entries of the page out of those found, which may be one more. */
    List<String> cut(List<String> found) {
        return found.size() > limit ? found.subList(0, limit) : found;
    }

    /** The link to the next page, relative, if there is one. */
    Headers link(RequestHead head, int foundEntries, List<String> page) {
        if (foundEntries <= limit || page.isEmpty()) {
            return Headers.none();
        }
        String next = head.rawPath() + "?n=" + limit + "&last=" + encoded(page.getLast())
                + head.query("ns").map(ns -> "&ns=" + encoded(ns)).orElse("");
        return Headers.of("Link", "<" + next + ">; rel=\"next\"");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
