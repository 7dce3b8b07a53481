package dev.mangrove.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a private key from a PEM file. */
final class PemKey {
    private static final int MAX_FILE_BYTES = 64 * 1024;
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519");
    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private PemKey() {}

    static PrivateKey read(Path file) throws IOException {
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new IOException(file + " is too large for a private key");
        }
        Matcher pem = PKCS8.matcher(Files.readString(file));
        if (!pem.find()) {
            throw new IOException("there is no unencrypted PKCS#8 key (BEGIN PRIVATE KEY) in " + file
                    + "; convert it with: openssl pkcs8 -topk8 -nodes");
        }
        PKCS8EncodedKeySpec encoded =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
        return ALGORITHMS.stream()
                .flatMap(algorithm -> decoded(encoded, algorithm).stream())
                .findFirst()
                .orElseThrow(() -> new IOException("the key in " + file + " is none of " + ALGORITHMS));
    }

    /** The encoding says only inside what kind of key it is, so the kinds are tried. */
    private static Optional<PrivateKey> decoded(PKCS8EncodedKeySpec encoded, String algorithm) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(encoded));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }
}
