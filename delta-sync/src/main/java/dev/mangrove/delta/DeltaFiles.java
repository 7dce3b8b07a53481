package dev.mangrove.delta;

import dev.mangrove.delta.format.BaseFile;
import dev.mangrove.delta.format.DeltaFront;
import dev.mangrove.delta.io.ByteSink;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.delta.io.FileSource;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Deltas on plain files. Results appear whole or not at all, by rename; an interrupted {@link #apply} goes on where it
 * stopped.
 */
public final class DeltaFiles {
    private DeltaFiles() {}

    /**
     * Makes a delta.
     *
     * @param bases what the receiver has: one file, the shards of a model, adapters
     * @param delta where the delta goes; replaced if it is there
     */
    public static DeltaSummary make(
            List<Path> bases, Path target, Path delta, EncodeOptions options, Executor executor, Progress progress)
            throws IOException {
        Path body = beside(delta, ".body");
        try (OpenFiles files = OpenFiles.open(bases);
                FileSource wanted = FileSource.open(target)) {
            EncodedDelta encoded;
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(body))) {
                encoded = new DeltaEncoder(files.sources(), wanted, options, executor, progress).encode(out);
            }
            join(encoded.front(), body, delta);
            return encoded.summary();
        } finally {
            Files.deleteIfExists(body);
        }
    }

    private static void join(byte[] front, Path body, Path delta) throws IOException {
        Path part = beside(delta, ".part");
        try (FileChannel channel = FileChannel.open(
                part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            OutputStream out = Channels.newOutputStream(channel);
            out.write(front);
            Files.copy(body, out);
            channel.force(true);
        }
        Files.move(part, delta, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Applies a delta. What an interrupted run left in {@code OUT.part} is checked and used.
     *
     * @param bases files among which those that the delta names are found, by size and, if that is not enough, digest
     * @throws DeltaException if the result cannot be made; nothing stands at {@code out} then
     */
    public static void apply(List<Path> bases, Path delta, Path out, Progress progress) throws IOException {
        Path part = beside(out, ".part");
        try (OpenFiles files = OpenFiles.open(bases);
                FileSource source = FileSource.open(delta)) {
            DeltaDecoder decoder = DeltaDecoder.open(source);
            List<ByteSource> chosen = choose(decoder.front(), files.sources());
            Resume resume = resume(decoder.front(), part);
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                channel.truncate((long) resume.segments() * decoder.front().segmentBytes());
                channel.position(channel.size());
                ByteSink sink = ByteSink.of(Channels.newOutputStream(channel));
                decoder.apply(chosen, sink, Repair.NONE, progress, resume);
                channel.force(true);
            }
        }
        Files.move(part, out, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Resume resume(DeltaFront front, Path part) throws IOException {
        if (!Files.exists(part)) {
            return Resume.fromStart();
        }
        try (FileSource partial = FileSource.open(part)) {
            return Resume.verify(front, partial);
        }
    }

    /** Finds the bases that a delta names among candidates. */
    private static List<ByteSource> choose(DeltaFront front, List<ByteSource> candidates) throws IOException {
        List<ByteSource> chosen = new ArrayList<>();
        for (BaseFile base : front.bases()) {
            List<ByteSource> fitting =
                    candidates.stream().filter(c -> c.size() == base.size()).toList();
            if (fitting.isEmpty()) {
                throw new DeltaException.MissingBase(base.digest(), base.size());
            }
            ByteSource found = fitting.getFirst();
            for (ByteSource candidate : fitting) {
                if (fitting.size() > 1 && SourceDigest.of(candidate).equals(base.digest())) {
                    found = candidate;
                }
            }
            chosen.add(found);
        }
        return chosen;
    }

    private static Path beside(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }
}
