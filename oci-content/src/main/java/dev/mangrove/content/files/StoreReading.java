package dev.mangrove.content.files;

import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.InvalidNameException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A look at a store from outside: takes no lock and writes nothing, so the process that owns the store may be running. What
 * changes meanwhile is seen before or after.
 */
public final class StoreReading {
    private final Layout layout;

    /** @param root the folder of the store, which must be one: see {@link #isStore} */
    public StoreReading(Path root) {
        this.layout = new Layout(root);
    }

    /** Whether a folder is a store, of whatever version. */
    public static boolean isStore(Path root) {
        return Files.isRegularFile(new Layout(root).version());
    }

    /** A blob that is whole. */
    public record Kept(long sizeBytes, long recipeBytes) {}

    /** A blob on its way in; of what is there, as the leaf map claims. */
    public record Incoming(Digest digest, long sizeBytes, long haveBytes) {}

    /** The folder of the store. */
    public Path root() {
        return layout.root();
    }

    /** Where its names log is. */
    public Path logDirectory() {
        return layout.root().resolve("log");
    }

    /** The first line of {@code VERSION}. */
    public String version() throws IOException {
        return Files.readString(layout.version()).strip();
    }

    /** Whether this program opens that version. */
    public boolean isKnownVersion() throws IOException {
        return version().equals(StoreVersion.TEXT);
    }

    /** The process that has the store open, as it said; empty if nobody has it. Tries the lock for a moment. */
    public Optional<String> owner() throws IOException {
        try (FileChannel file = FileChannel.open(layout.lock(), StandardOpenOption.READ);
                FileLock lock = file.tryLock(0, Long.MAX_VALUE, true)) {
            return lock == null ? Optional.of(Files.readString(layout.lock()).strip()) : Optional.empty();
        } catch (OverlappingFileLockException e) {
            return Optional.of(Long.toString(ProcessHandle.current().pid()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Every blob. */
    public Map<Digest, Kept> blobs() throws IOException {
        Map<Digest, Kept> found = new HashMap<>();
        for (Algorithm algorithm : Algorithm.values()) {
            for (Path fan : files(layout.blobs(algorithm))) {
                for (Path file : files(fan)) {
                    Optional<Digest> digest =
                            digest(algorithm, file.getFileName().toString());
                    if (digest.isPresent()) {
                        found.put(digest.get(), new Kept(size(file), size(layout.recipe(digest.get()))));
                    }
                }
            }
        }
        return found;
    }

    /** Every blob on its way in. */
    public List<Incoming> incoming() throws IOException {
        List<Incoming> found = new ArrayList<>();
        for (Algorithm algorithm : Algorithm.values()) {
            for (Path file : files(layout.partials(algorithm))) {
                String name = file.getFileName().toString();
                Optional<Digest> digest = name.endsWith(".data")
                        ? digest(algorithm, name.substring(0, name.length() - ".data".length()))
                        : Optional.empty();
                if (digest.isPresent()) {
                    long full = size(file);
                    long have =
                            Math.min(full, LeafMap.claimedLeaves(layout.partialMap(digest.get())) * Leaf.SIZE_BYTES);
                    found.add(new Incoming(digest.get(), full, have));
                }
            }
        }
        return found;
    }

    /** Bytes of the files under a folder of the store, for example {@code uploads}; 0 if there is none. */
    public long bytesUnder(String name) throws IOException {
        return bytes(layout.root().resolve(name));
    }

    private static long bytes(Path at) throws IOException {
        if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
            return size(at);
        }
        long sum = 0;
        for (Path file : files(at)) {
            sum += bytes(file);
        }
        return sum;
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0; // gone meanwhile
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            files.forEach(found::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            // then there is nothing in it
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        return found;
    }

    private static Optional<Digest> digest(Algorithm algorithm, String hex) {
        try {
            return Optional.of(Digest.parse(algorithm.wireName() + ":" + hex));
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
    }
}
