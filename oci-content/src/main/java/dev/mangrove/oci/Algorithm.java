package dev.mangrove.oci;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Optional;

/** A digest algorithm registered by the OCI image specification, "descriptor.md", that Mangrove stores under. */
public enum Algorithm {
    SHA256("SHA-256", 32),
    SHA512("SHA-512", 64);

    private final String jdkName;
    private final int sizeBytes;

    Algorithm(String jdkName, int sizeBytes) {
        this.jdkName = jdkName;
        this.sizeBytes = sizeBytes;
    }

    /** The name on the wire and on disk, for example {@code sha256}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The algorithm with that wire name, or empty if it is not one that Mangrove stores. */
    public static Optional<Algorithm> ofWireName(String name) {
        for (Algorithm algorithm : values()) {
            if (algorithm.wireName().equals(name)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    /** Length of a digest in bytes. */
    public int sizeBytes() {
        return sizeBytes;
    }

    /** A fresh hash state; not safe for several threads. */
    public MessageDigest newHash() {
        try {
            return MessageDigest.getInstance(jdkName);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK lacks " + jdkName, e);
        }
    }
}
