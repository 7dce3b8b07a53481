package dev.mangrove.oci;

import java.util.Optional;

/**
 * A manifest as it was pushed: exact bytes, their digest and media type, and the parsed view. Never re-serialised.
 *
 * @param raw the exact bytes; shared, so never changed by anyone
 */
public record ManifestContent(byte[] raw, Digest digest, MediaType mediaType, Manifest view) {
    /** Largest manifest accepted: what containerd still reads (4 MiB), see the distribution specification. */
    public static final int MAX_BYTES = 4 * 1024 * 1024;

    /**
     * Parses and hashes.
     *
     * @param declared the media type of the Content-Type header; a {@code mediaType} field inside wins for the view
     * @throws MalformedContentException if the bytes are not a manifest: too large, not JSON, duplicate keys, bad fields
     */
    public static ManifestContent parse(byte[] raw, MediaType declared, Algorithm algorithm) {
        return new ManifestContent(raw, Digest.ofBytes(algorithm, raw), declared, ManifestParser.parse(raw, declared));
    }

    /**
     * As {@link #parse}, of a manifest that somebody pushes: its own {@code mediaType} field is its type, and a
     * Content-Type that says something else is refused, since later readers would take it for one or the other.
     *
     * @param declared the Content-Type header, if there was one
     * @throws MalformedContentException also if the two types differ
     */
    public static ManifestContent pushed(byte[] raw, Optional<MediaType> declared, Algorithm algorithm) {
        Optional<MediaType> own = ManifestParser.mediaType(raw);
        if (own.isPresent() && declared.isPresent() && !own.equals(declared)) {
            throw new MalformedContentException(
                    "the manifest says that it is " + own.get() + ", its Content-Type says " + declared.get()
                            + ": send it with the type it has",
                    -1);
        }
        return parse(raw, own.or(() -> declared).orElse(MediaType.OCI_MANIFEST), algorithm);
    }

    /** The descriptor others refer to this manifest by. */
    public Descriptor descriptor() {
        return new Descriptor(
                mediaType, digest, raw.length, view.artifactType(), view.annotations(), java.util.List.of());
    }
}
