package dev.mangrove.content.log;

import dev.mangrove.content.files.Disk;
import dev.mangrove.content.files.StoreUnusableException;
import dev.mangrove.content.log.LogFile.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The files of a names log: at most one snapshot that counts, and the segments after it, without a gap. */
final class LogDirectory {
    private static final String TEMPORARY_SUFFIX = ".tmp";

    private final Disk disk;
    private final Path directory;

    LogDirectory(Disk disk, Path directory) throws IOException {
        this.disk = disk;
        this.directory = directory;
        disk.createDirectories(directory);
    }

    /** Deletes what a crash left half made. */
    void clearUp() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + TEMPORARY_SUFFIX)) {
            for (Path file : files) {
                disk.delete(file);
            }
        }
    }

    private List<LogFile> files(Kind kind) throws IOException {
        List<LogFile> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                LogFile.of(file).filter(one -> one.kind() == kind).ifPresent(found::add);
            }
        }
        found.sort(Comparator.comparingLong(LogFile::position));
        return found;
    }

    /** The newest snapshot. */
    Optional<LogFile> snapshot() throws IOException {
        List<LogFile> snapshots = files(Kind.SNAPSHOT);
        return snapshots.isEmpty() ? Optional.empty() : Optional.of(snapshots.getLast());
    }

    /** Segments in order. */
    List<LogFile> segments() throws IOException {
        return files(Kind.SEGMENT);
    }

    /** The id in all headers; a new one if there is no file yet. */
    byte[] logId() throws IOException {
        List<LogFile> all = new ArrayList<>(segments());
        snapshot().ifPresent(all::add);
        if (all.isEmpty()) {
            byte[] fresh = new byte[LogFile.ID_BYTES];
            new SecureRandom().nextBytes(fresh);
            return fresh;
        }
        byte[] id = all.getFirst().logId();
        for (LogFile file : all) {
            if (!Arrays.equals(id, file.logId())) {
                throw new StoreUnusableException("the names log file " + file.path()
                        + " belongs to another log than its neighbours: restore the log directory from a backup");
            }
        }
        return id;
    }

    /** Makes a segment with a synced header under its final name, and opens it for appending. */
    FileChannel create(LogFile segment, byte[] logId) throws IOException {
        Path temporary = temporary(segment);
        FileChannel file = disk.open(
                temporary,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try {
            disk.write(file, segment.header(logId), 0);
            disk.force(file);
            publish(temporary, segment);
            return file;
        } catch (IOException e) {
            file.close();
            disk.delete(temporary);
            throw e;
        }
    }

    Path temporary(LogFile file) {
        return directory.resolve(file.path().getFileName() + TEMPORARY_SUFFIX);
    }

    /** Gives a synced file its final name. */
    void publish(Path temporary, LogFile file) throws IOException {
        disk.rename(temporary, file.path());
        disk.forceDirectory(directory);
    }

    LogFile segment(long position) {
        return LogFile.in(directory, Kind.SEGMENT, position);
    }

    LogFile snapshot(long position) {
        return LogFile.in(directory, Kind.SNAPSHOT, position);
    }

    /** Deletes what a snapshot at that position makes superfluous: older snapshots, segments that it contains. */
    void dropBefore(LogFile snapshot) throws IOException {
        for (LogFile old : files(Kind.SNAPSHOT)) {
            if (old.position() < snapshot.position()) {
                disk.delete(old.path());
            }
        }
        List<LogFile> segments = segments();
        for (int i = 0; i + 1 < segments.size(); i++) {
            if (segments.get(i + 1).position() <= snapshot.position() + 1) {
                disk.delete(segments.get(i).path());
            }
        }
    }
}
