package dev.mangrove.distribution.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file with secrets: readable by its owner only, from its first byte on, and always whole. */
final class PrivateFile {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> OWNERS_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private PrivateFile() {}

    /** Writes it anew, beside the old one, which stays if anything goes wrong. A link is kept, its target replaced. */
    static void replace(Path named, byte[] content) throws IOException {
        Path file = Files.exists(named) ? named.toRealPath() : named.toAbsolutePath();
        Path folder = file.getParent();
        if (folder == null) {
            throw new FileSystemException(named.toString(), null, "is not a file");
        }
        Files.createDirectories(folder, OWNERS_FOLDER);
        Path fresh = folder.resolve(
                file.getFileName() + "." + ProcessHandle.current().pid() + ".new");
        Files.deleteIfExists(fresh);
        try {
            try (FileChannel out = FileChannel.open(
                    fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
                for (ByteBuffer left = ByteBuffer.wrap(content); left.hasRemaining(); ) {
                    out.write(left);
                }
                out.force(true);
            }
            keepOwner(file, fresh);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** Root, by way of sudo, must not take the file away from its user. */
    private static void keepOwner(Path from, Path to) throws IOException {
        if (Files.exists(from) && !Files.getOwner(from).equals(Files.getOwner(to))) {
            Files.setOwner(to, Files.getOwner(from));
        }
    }
}
