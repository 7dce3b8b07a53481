package dev.mangrove.distribution;

import dev.mangrove.http.Headers;
import dev.mangrove.oci.Digest;

/** Validators and conditional requests (RFC 9110, 8.8 and 13). A digest is the best validator there is. */
final class Conditions {
    /** What a digest names never changes. */
    static final String FOREVER = "public, max-age=31536000, immutable";

    private Conditions() {}

    /** The headers that name what is sent. */
    static Headers validators(Digest digest) {
        return Headers.of("Docker-Content-Digest", digest.toString()).with("ETag", etag(digest));
    }

    /** Whether the client has these bytes already: the answer is a 304. */
    static boolean notModified(Headers request, Digest digest) {
        for (String line : request.all("If-None-Match")) {
            for (String tag : line.split(",", -1)) {
                String value = tag.strip();
                String strong = value.startsWith("W/") ? value.substring(2) : value;
                if (strong.equals("*") || strong.equals(etag(digest))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a Range header counts: not if the client wants it only of other bytes than these. */
    static boolean rangeApplies(Headers request, Digest digest) {
        return request.first("If-Range")
                .map(tag -> tag.strip().equals(etag(digest)))
                .orElse(true);
    }

    private static String etag(Digest digest) {
        return '"' + digest.toString() + '"';
    }
}
