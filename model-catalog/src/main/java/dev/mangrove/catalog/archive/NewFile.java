package dev.mangrove.catalog.archive;

import dev.mangrove.cli.Amount;
import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file that is there whole or not at all. */
final class NewFile {
    private static final int BUFFER_BYTES = 1024 * 1024;

    private NewFile() {}

    /**
     * Writes beside the name, syncs, then takes the name.
     *
     * @param expectedBytes about how large it will be; refused if the disk has less
     */
    static void write(Path file, long expectedBytes, TarWriter.Content content) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(file)) {
            throw new Failure(ExitCode.USAGE, file + " is a folder", "name a file to write");
        }
        long usable = Files.getFileStore(folder).getUsableSpace();
        if (expectedBytes > usable) {
            throw new Failure(
                    ExitCode.DISK_FULL,
                    "the archive needs " + Amount.text(expectedBytes) + " and the disk of " + folder + " has "
                            + Amount.text(usable) + " left",
                    "make room, or write to another disk");
        }
        Path partial = folder.resolve(
                "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".partial");
        try {
            try (FileChannel channel = FileChannel.open(
                            partial,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE);
                    OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES)) {
                content.writeTo(out);
                out.flush();
                channel.force(true);
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(partial);
        }
    }
}
