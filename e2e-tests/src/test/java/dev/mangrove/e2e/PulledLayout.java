package dev.mangrove.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** An OCI layout that a client wrote: the proof that it received every byte. */
final class PulledLayout {
    private PulledLayout() {}

    /** The names the layout's index gives to its top manifests; every blob of {@code expected} must be there, unchanged. */
    static List<String> digests(Path layout, TestImage expected) {
        try {
            for (String digest : expected.blobs().keySet()) {
                Path blob = layout.resolve("blobs/sha256").resolve(digest.substring("sha256:".length()));
                if (!Files.exists(blob)) {
                    throw new AssertionError(digest + " was not pulled; there are " + names(layout));
                }
                if (!TestImage.sha256(Files.readAllBytes(blob)).equals(digest)) {
                    throw new AssertionError(digest + " has other content");
                }
            }
            return RegistryClient.digestsIn(Files.readString(layout.resolve("index.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> names(Path layout) throws IOException {
        try (Stream<Path> files = Files.list(layout.resolve("blobs/sha256"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
