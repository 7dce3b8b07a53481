package dev.mangrove.catalog.delta;

import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Remembers over a crash which target a delta was being made for, so that one that brings the process down does not do so
 * again at every start. One line of text: the digest, a blank, and how often it was begun without an end. For one thread.
 */
final class UnderWay {
    /** A process may also be killed for other reasons. */
    private static final int MAX_BEGUN = 2;

    private final Path file;
    private final Optional<Left> left;

    private record Left(Digest target, int begun) {}

    private UnderWay(Path file, Optional<Left> left) {
        this.file = file;
        this.left = left;
    }

    /** Reads what an earlier process left. */
    static UnderWay open(Path directory) throws IOException {
        Path file = directory.resolve("under-way");
        if (!Files.exists(file)) {
            return new UnderWay(file, Optional.empty());
        }
        String[] words = Files.readString(file).strip().split(" ", 2);
        try {
            return new UnderWay(file, Optional.of(new Left(Digest.parse(words[0]), Integer.parseInt(words[1]))));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            return new UnderWay(file, Optional.empty()); // written while the process ended
        }
    }

    /** Whether that target was begun too often to be begun again without being asked for. */
    boolean isSuspect(Digest target) {
        return begun(target) >= MAX_BEGUN;
    }

    void begin(Digest target) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, target + " " + (begun(target) + 1) + "\n");
    }

    void end() throws IOException {
        Files.deleteIfExists(file);
    }

    private int begun(Digest target) {
        return left.filter(it -> it.target().equals(target)).map(Left::begun).orElse(0);
    }
}
