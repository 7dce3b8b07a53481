package dev.mangrove.oci;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a manifest says of a blob or of another manifest (OCI image specification, "descriptor.md"). */
public record Descriptor(
        MediaType mediaType,
        Digest digest,
        long sizeBytes,
        Optional<String> artifactType,
        Map<String, String> annotations,
        List<String> urls) {
    public Descriptor {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("a descriptor's size is not negative: " + sizeBytes);
        }
        annotations = Map.copyOf(annotations);
        urls = List.copyOf(urls);
    }

    /** A descriptor with the three required fields. */
    public static Descriptor of(MediaType mediaType, Digest digest, long sizeBytes) {
        return new Descriptor(mediaType, digest, sizeBytes, Optional.empty(), Map.of(), List.of());
    }

    /** Whether the bytes are to be had from elsewhere and need not be pushed ("non-distributable" layers). */
    public boolean isForeign() {
        return !urls.isEmpty()
                || mediaType.value().contains("nondistributable")
                || mediaType.value().contains(".foreign.");
    }
}
