package dev.mangrove.content.files;

import dev.mangrove.content.BlobStat;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.InvalidNameException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.function.ObjLongConsumer;

/** Walks the directories of a store. Files with names that are not ours are left alone. */
final class StoreScan {

    private final Disk disk;
    private final Layout layout;
    private final Room room;

    StoreScan(Disk disk, Layout layout, Room room) {
        this.disk = disk;
        this.layout = layout;
        this.room = room;
    }

    /** Counts what is there, clears up after a crash, and makes the names of all blobs durable. */
    void recoverBlobs() throws IOException {
        for (Algorithm algorithm : Algorithm.values()) {
            disk.createDirectories(layout.blobs(algorithm));
            forEach(layout.blobs(algorithm), fan -> {
                // A blob renamed into place by a process that died before its directory sync may be seen and relied on.
                disk.forceDirectory(fan);
                forEach(fan, file -> recoverBlob(algorithm, file));
            });
        }
        forEach(layout.trash(), file -> room.occupied(Files.size(file)));
        forEach(layout.quarantine(), file -> room.occupied(Files.size(file)));
    }

    private void recoverBlob(Algorithm algorithm, Path file) throws IOException {
        String name = file.getFileName().toString();
        if (name.endsWith(Layout.RECIPE_SUFFIX)) {
            String blob = name.substring(0, name.length() - Layout.RECIPE_SUFFIX.length());
            if (!Files.exists(file.resolveSibling(blob))) {
                disk.delete(file);
                return;
            }
        } else if (digest(algorithm, name).isEmpty()) {
            return;
        }
        room.occupied(Files.size(file));
    }

    /** Deletes anonymous ingests and scratch files, hands the sessions out with their size. */
    void recoverUploads(String anonymousPrefix, ObjLongConsumer<Path> session) throws IOException {
        forEach(layout.uploads(), file -> {
            String name = file.getFileName().toString();
            if (name.startsWith(anonymousPrefix) || name.contains(".")) {
                disk.delete(file);
                return;
            }
            long size = Files.size(file);
            room.occupied(size);
            session.accept(file, size);
        });
    }

    /** Shows every blob, with the time it was last read. */
    void blobs(BlobVisitor visitor) throws IOException {
        for (Algorithm algorithm : Algorithm.values()) {
            forEach(layout.blobs(algorithm), fan -> forEach(fan, file -> visit(algorithm, file, visitor)));
        }
    }

    private static void visit(Algorithm algorithm, Path file, BlobVisitor visitor) throws IOException {
        Optional<Digest> digest = digest(algorithm, file.getFileName().toString());
        if (digest.isEmpty()) {
            return;
        }
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            visitor.visit(
                    new BlobStat(digest.get(), found.size()),
                    found.lastModifiedTime().toMillis());
        } catch (NoSuchFileException e) {
            // discarded meanwhile
        }
    }

    /** Shows every digest in the trash. */
    void trashed(TrashVisitor visitor) throws IOException {
        forEach(layout.trash(), file -> {
            String name = file.getFileName().toString();
            int dash = name.indexOf('-');
            Optional<Algorithm> algorithm = dash < 0 ? Optional.empty() : Algorithm.ofWireName(name.substring(0, dash));
            if (algorithm.isPresent()) {
                Optional<Digest> digest = digest(algorithm.get(), name.substring(dash + 1));
                if (digest.isPresent()) {
                    visitor.visit(digest.get());
                }
            }
        });
    }

    private static Optional<Digest> digest(Algorithm algorithm, String hex) {
        try {
            return Optional.of(Digest.parse(algorithm.wireName() + ":" + hex));
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
    }

    private static void forEach(Path directory, FileVisitor visitor) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                visitor.visit(file);
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    @FunctionalInterface
    private interface FileVisitor {
        void visit(Path file) throws IOException;
    }

    /** Sees blobs. */
    @FunctionalInterface
    interface BlobVisitor {
        void visit(BlobStat blob, long lastReadMillis) throws IOException;
    }

    /** Sees what is in the trash. */
    @FunctionalInterface
    interface TrashVisitor {
        void visit(Digest digest) throws IOException;
    }
}
