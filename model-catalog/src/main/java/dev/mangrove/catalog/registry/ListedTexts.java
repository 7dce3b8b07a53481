package dev.mangrove.catalog.registry;

import dev.mangrove.oci.MalformedContentException;
import dev.mangrove.oci.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What lists of referrers repeat of a manifest with a subject: its annotations and its artifact type. The names log keeps
 * them too, and a list loads those of all referrers, so they must not be as long as a manifest may be.
 */
final class ListedTexts {
    static final int MAX_BYTES = 64 * 1024;

    private ListedTexts() {}

    /** @throws MalformedContentException if they are too long */
    static void requireShort(Manifest manifest) {
        if (manifest.subject().isEmpty()) {
            return;
        }
        long bytes = bytes(manifest.artifactType().orElse(""));
        for (Map.Entry<String, String> each : manifest.annotations().entrySet()) {
            bytes += bytes(each.getKey()) + bytes(each.getValue());
        }
        if (bytes > MAX_BYTES) {
            throw new MalformedContentException(
                    "annotations and artifact type of a manifest with a subject may have " + MAX_BYTES
                            + " bytes together, these have " + bytes + "; put what is longer in a layer",
                    -1);
        }
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
