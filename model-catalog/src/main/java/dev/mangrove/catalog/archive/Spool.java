package dev.mangrove.catalog.archive;

import dev.mangrove.cli.Amount;
import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.ZipException;

/**
 * Gives random access to an archive. A plain tar in a file is read where it is; what comes through a pipe or is gzipped
 * goes to a temporary file first, since an upload that breaks off has to be read again and an index may come last.
 */
final class Spool {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int BEGINNING_BYTES = 4;

    /** A disk is never filled to the brim by an import. */
    private static final long LEFT_FREE_BYTES = 256L << 20;

    private static final int CHECK_EVERY_BYTES = 64 << 20;

    private final Path folder;
    private final ArchiveLimits limits;

    /** @param folder for the temporary file, which has no name and is gone with the process */
    Spool(Path folder, ArchiveLimits limits) {
        this.folder = folder;
        this.limits = limits;
    }

    /** Opens an archive in a file. */
    FileChannel open(Path archive) throws IOException {
        if (!Files.isRegularFile(archive)) {
            if (!Files.exists(archive) || Files.isDirectory(archive)) {
                throw new Failure(ExitCode.NOT_FOUND, "there is no file " + archive, "");
            }
            return open(Files.newInputStream(archive)); // a named pipe
        }
        byte[] beginning;
        try (InputStream in = Files.newInputStream(archive)) {
            beginning = in.readNBytes(BEGINNING_BYTES);
        }
        refuseZstd(beginning);
        return GunzipStream.isGzip(beginning)
                ? open(Files.newInputStream(archive))
                : FileChannel.open(archive, StandardOpenOption.READ);
    }

    /** Opens an archive that is only there once. */
    FileChannel open(InputStream taken) throws IOException {
        try (InputStream in = new BufferedInputStream(taken, BUFFER_BYTES)) {
            in.mark(BEGINNING_BYTES);
            byte[] beginning = in.readNBytes(BEGINNING_BYTES);
            in.reset();
            refuseZstd(beginning);
            return GunzipStream.isGzip(beginning) ? copy(new GunzipStream(in, limits)) : copy(in);
        } catch (ZipException e) {
            throw Refused.because("its gzip is damaged: " + e.getMessage());
        }
    }

    private FileChannel copy(InputStream tar) throws IOException {
        Path name = folder.resolve(".mangrove-import-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
        FileChannel out = FileChannel.open(
                name,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
        try {
            byte[] buffer = new byte[BUFFER_BYTES];
            long copied = 0;
            long checkAt = 0;
            for (int n = tar.read(buffer); n >= 0; n = tar.read(buffer)) {
                if (copied >= checkAt) {
                    requireRoom(copied);
                    checkAt = copied + CHECK_EVERY_BYTES;
                }
                for (ByteBuffer left = ByteBuffer.wrap(buffer, 0, n); left.hasRemaining(); ) {
                    copied += out.write(left);
                }
            }
            return out;
        } catch (IOException | RuntimeException e) {
            out.close();
            throw e;
        }
    }

    private void requireRoom(long copied) throws IOException {
        if (Files.getFileStore(folder).getUsableSpace() < LEFT_FREE_BYTES) {
            throw new Failure(
                    ExitCode.DISK_FULL,
                    "the disk of " + folder + " is full after " + Amount.text(copied) + " of the archive",
                    "choose another folder with --temp, or import an uncompressed tar from a file, which needs no"
                            + " copy");
        }
    }

    private static void refuseZstd(byte[] beginning) {
        if (beginning.length >= 4
                && (beginning[0] & 0xff) == 0x28
                && (beginning[1] & 0xff) == 0xb5
                && (beginning[2] & 0xff) == 0x2f
                && (beginning[3] & 0xff) == 0xfd) {
            throw Refused.because("it is compressed with zstd", "zstd -dc FILE | mangrove import - REF");
        }
    }
}
