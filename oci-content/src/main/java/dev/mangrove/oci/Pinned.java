package dev.mangrove.oci;

/** A manifest named by its digest. */
public record Pinned(Digest digest) implements Reference {
    @Override
    public String toString() {
        return digest.toString();
    }
}
