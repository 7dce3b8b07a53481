package dev.mangrove.oci;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What names a blob: an algorithm and the hash of the bytes. Two implementations, because nearly every digest is a
 * sha256 and fits four longs without a byte array.
 */
public sealed interface Digest permits Sha256, Sha512 {
    /** The algorithm of this digest. */
    Algorithm algorithm();

    /** Lower-case hexadecimal form of the hash. */
    String hex();

    /** The hash itself; a fresh array each time. */
    byte[] bytes();

    /** Longest text that is a digest. */
    int MAX_CHARS = "sha512:".length() + 128;

    /** The digest that a text is, if it is one. */
    static Optional<Digest> find(String text) {
        try {
            return Optional.of(parse(text));
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
    }

    /**
     * Reads {@code algorithm:hex} as it stands in a manifest, a URL or a header.
     *
     * @throws InvalidNameException if the text is not a digest of a known algorithm in lower-case hex
     */
    static Digest parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new InvalidNameException("digest", text, "expected algorithm:hex");
        }
        Algorithm algorithm = Algorithm.ofWireName(text.substring(0, colon))
                .orElseThrow(() -> new InvalidNameException("digest", text, "the algorithm is not sha256 or sha512"));
        String hex = text.substring(colon + 1);
        if (hex.length() != 2 * algorithm.sizeBytes() || !hex.chars().allMatch(Digest::isLowerHex)) {
            throw new InvalidNameException(
                    "digest", text, "expected " + 2 * algorithm.sizeBytes() + " lower-case hex digits");
        }
        return of(algorithm, HexFormat.of().parseHex(hex));
    }

    /** The digest whose hash is {@code hash}; the array is copied. */
    static Digest of(Algorithm algorithm, byte[] hash) {
        return switch (algorithm) {
            case SHA256 -> Sha256.of(hash);
            case SHA512 -> new Sha512(HexFormat.of().formatHex(hash));
        };
    }

    /** Hashes the bytes given. */
    static Digest ofBytes(Algorithm algorithm, byte[] content) {
        return of(algorithm, algorithm.newHash().digest(content));
    }

    /** Takes the hash out of a state made by {@link Algorithm#newHash()}; the state is reset. */
    static Digest ofHash(Algorithm algorithm, MessageDigest hash) {
        return of(algorithm, hash.digest());
    }

    private static boolean isLowerHex(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
}
