package dev.mangrove.content.log;

import dev.mangrove.oci.Algorithm;
import java.util.Optional;

/** One byte for the algorithm of a digest, the same in the log and in the keys of the view. */
final class DigestCode {
    private DigestCode() {}

    static int of(Algorithm algorithm) {
        return switch (algorithm) {
            case SHA256 -> 1;
            case SHA512 -> 2;
        };
    }

    static Optional<Algorithm> algorithm(int code) {
        return switch (code) {
            case 1 -> Optional.of(Algorithm.SHA256);
            case 2 -> Optional.of(Algorithm.SHA512);
            default -> Optional.empty();
        };
    }
}
