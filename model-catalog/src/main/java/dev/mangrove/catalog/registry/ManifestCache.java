package dev.mangrove.catalog.registry;

import dev.mangrove.oci.Digest;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.MediaType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The manifests read last, verified and parsed, up to a number of raw bytes. */
final class ManifestCache {
    private record Key(Digest digest, MediaType mediaType) {}

    private final long maxBytes;
    private final LinkedHashMap<Key, ManifestContent> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    ManifestCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    synchronized Optional<ManifestContent> get(Digest digest, MediaType mediaType) {
        return Optional.ofNullable(kept.get(new Key(digest, mediaType)));
    }

    synchronized void put(ManifestContent manifest) {
        ManifestContent before = kept.put(new Key(manifest.digest(), manifest.mediaType()), manifest);
        bytes += cost(manifest) - (before == null ? 0 : cost(before));
        var eldest = kept.entrySet().iterator();
        while (bytes > maxBytes && eldest.hasNext()) {
            Map.Entry<Key, ManifestContent> entry = eldest.next();
            bytes -= cost(entry.getValue());
            eldest.remove();
        }
    }

    synchronized long bytes() {
        return bytes;
    }

    /** The parsed view is about as large again. */
    private static long cost(ManifestContent manifest) {
        return 2L * manifest.raw().length + 500;
    }
}
