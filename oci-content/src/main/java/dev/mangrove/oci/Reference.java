package dev.mangrove.oci;

/** What follows {@code /manifests/} in a URL: a tag or a digest. */
public sealed interface Reference permits Tag, Pinned {
    /** Reads a tag or a digest; a colon tells them apart, since no tag has one. */
    static Reference parse(String text) {
        return text.indexOf(':') >= 0 ? new Pinned(Digest.parse(text)) : new Tag(text);
    }
}
