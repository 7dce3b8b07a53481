package dev.mangrove.observe;

import java.util.Locale;

/** What a request is about, as far as its path tells; few enough values for a label of a metric. */
enum RequestKind {
    PING,
    BLOB,
    UPLOAD,
    MANIFEST,
    TAGS,
    REFERRERS,
    TOKEN,
    OTHER;

    static RequestKind of(String rawPath) {
        if (rawPath.equals("/v2/") || rawPath.equals("/v2")) {
            return PING;
        }
        if (rawPath.equals("/token")) {
            return TOKEN;
        }
        if (!rawPath.startsWith("/v2/")) {
            return OTHER;
        }
        String[] parts = rawPath.split("/", -1);
        int last = parts.length - 1;
        boolean upload = isUploads(parts, last) || isUploads(parts, last - 1);
        return upload
                ? UPLOAD
                : switch (parts[last - 1]) {
                    case "blobs" -> BLOB;
                    case "manifests" -> MANIFEST;
                    case "tags" -> TAGS;
                    case "referrers" -> REFERRERS;
                    default -> OTHER;
                };
    }

    private static boolean isUploads(String[] parts, int index) {
        return index >= 1 && parts[index].equals("uploads") && parts[index - 1].equals("blobs");
    }

    /** As logs and labels have it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
