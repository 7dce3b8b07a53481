package dev.mangrove.catalog.delta;

import dev.mangrove.catalog.delta.DeltaQueue.Cancelled;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The body of a delta under way, in a scratch file: its front is known only when it is complete. One thread. */
final class Spool extends OutputStream {
    private static final String PREFIX = "delta-";
    private static final String SUFFIX = ".body";

    private final Path file;
    private final OutputStream out;
    private final long limitBytes;
    private final Cancelled cancelled;
    private long sizeBytes;

    /** @param limitBytes size at which the delta is no longer worth finishing */
    Spool(Path directory, long limitBytes, Cancelled cancelled) throws IOException {
        Files.createDirectories(directory);
        this.file = Files.createTempFile(directory, PREFIX, SUFFIX);
        this.out = new BufferedOutputStream(Files.newOutputStream(file));
        this.limitBytes = limitBytes;
        this.cancelled = cancelled;
    }

    /** Deletes what an earlier process left. */
    static void clear(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, PREFIX + "*" + SUFFIX)) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** The delta would be too large. */
    static final class LimitReached extends IOException {
        LimitReached(long limitBytes) {
            super("more than " + limitBytes + " bytes");
        }
    }

    /** The process is about to end. */
    static final class Stopped extends IOException {
        Stopped() {
            super("stopped");
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        sizeBytes += length;
        if (cancelled.isCancelled()) {
            throw new Stopped();
        }
        if (sizeBytes > limitBytes) {
            throw new LimitReached(limitBytes);
        }
        out.write(bytes, from, length);
    }

    /** Ends writing and reads from the start; the caller closes the stream. */
    InputStream read() throws IOException {
        out.close();
        return Files.newInputStream(file);
    }

    /** Deletes the file. */
    @Override
    public void close() throws IOException {
        out.close();
        Files.deleteIfExists(file);
    }
}
