package dev.mangrove.edge.pull;

import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The folder that files are laid into, and a hidden one in it for those that are not complete. One process at a time;
 * what an interrupted one left is used by the next.
 */
final class Workplace implements AutoCloseable {
    /** The hidden folder. */
    static final String FOLDER = ".mangrove";

    private final Path target;
    private final Path hidden;
    private final FileChannel lockFile;

    private Workplace(Path target, FileChannel lockFile) {
        this.target = target;
        this.hidden = target.resolve(FOLDER);
        this.lockFile = lockFile;
    }

    static Workplace open(Path target) throws IOException {
        Path hidden = target.resolve(FOLDER);
        Files.createDirectories(target);
        makeFolder(hidden);
        FileChannel lockFile = FileChannel.open(
                hidden.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        if (tryLock(lockFile) == null) {
            lockFile.close();
            throw new Failure(
                    ExitCode.ERROR, "another pull is at work in " + target, "wait for it, or name another folder");
        }
        return new Workplace(target, lockFile);
    }

    /** Where a blob is collected until it is complete. */
    Path partial(Digest digest) {
        return hidden.resolve(digest.algorithm().wireName() + "-" + digest.hex() + ".partial");
    }

    /** Where a file ends up; no part of the way there is a link. */
    Path place(FilePath path) throws IOException {
        Path folder = target;
        Path relative = Path.of(path.value());
        for (int i = 0; i < relative.getNameCount() - 1; i++) {
            folder = folder.resolve(relative.getName(i));
            makeFolder(folder);
        }
        Path place = path.below(target);
        if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
            throw new Failure(ExitCode.ERROR, place + " is a folder where the artifact has a file", "");
        }
        return place;
    }

    /** Gives a complete file its name, in one step, in place of what was there. */
    void install(Path complete, Path place) throws IOException {
        try {
            Files.move(complete, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            throw new Failure(
                    ExitCode.ERROR,
                    place.getParent() + " is on another file system than " + target,
                    "pull into a folder that is one file system");
        }
    }

    /** Bytes that can still be written here. */
    long usableBytes() throws IOException {
        return Files.getFileStore(target).getUsableSpace();
    }

    private static void makeFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new Failure(
                    ExitCode.ERROR, folder + " is not a folder, or is a link", "remove it, or name another folder");
        }
        Files.createDirectory(folder);
    }

    private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // another thread of this process
        }
    }

    @Override
    public void close() throws IOException {
        try (lockFile) {
            Files.deleteIfExists(hidden.resolve("lock"));
            Files.deleteIfExists(hidden);
        } catch (DirectoryNotEmptyException e) {
            // half downloads stay for the next try
        }
    }
}
