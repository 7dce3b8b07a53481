package dev.mangrove.content.files;

import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import java.nio.file.Path;

/** Where things lie under the root of a store: {@code docs/formats/store.md}. */
record Layout(Path root) {
    static final String RECIPE_SUFFIX = ".mrc";
    static final String BALLAST = "ballast";
    private static final int FAN_OUT_CHARS = 2;

    Path lock() {
        return root.resolve("LOCK");
    }

    Path version() {
        return root.resolve("VERSION");
    }

    Path blobs(Algorithm algorithm) {
        return root.resolve("blobs").resolve(algorithm.wireName());
    }

    Path blob(Digest digest) {
        String hex = digest.hex();
        return blobs(digest.algorithm())
                .resolve(hex.substring(0, FAN_OUT_CHARS))
                .resolve(hex);
    }

    Path recipe(Digest digest) {
        return withSuffix(blob(digest), RECIPE_SUFFIX);
    }

    Path uploads() {
        return root.resolve("uploads");
    }

    Path trash() {
        return root.resolve("trash");
    }

    Path trashed(Digest digest) {
        return trash().resolve(flat(digest));
    }

    Path quarantine() {
        return root.resolve("quarantine");
    }

    Path quarantined(Digest digest) {
        return quarantine().resolve(flat(digest));
    }

    Path partials(Algorithm algorithm) {
        return root.resolve("partial").resolve(algorithm.wireName());
    }

    Path partialData(Digest digest) {
        return partials(digest.algorithm()).resolve(digest.hex() + ".data");
    }

    Path partialMap(Digest digest) {
        return partials(digest.algorithm()).resolve(digest.hex() + ".map");
    }

    static Path withSuffix(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    private static String flat(Digest digest) {
        return digest.algorithm().wireName() + "-" + digest.hex();
    }
}
