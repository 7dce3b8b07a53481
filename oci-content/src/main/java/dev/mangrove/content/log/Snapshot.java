package dev.mangrove.content.log;

import dev.mangrove.content.files.Disk;
import dev.mangrove.content.files.StoreUnusableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A snapshot: the records that make up a view, in frames as in a segment, ended by a frame with one empty unit. It may
 * show some of what was appended after its position while it was written; replaying the log from there puts that right.
 */
final class Snapshot {
    private static final int BATCH_BYTES = 1024 * 1024;

    private final Disk disk;
    private final LogDirectory directory;
    private final byte[] logId;

    Snapshot(Disk disk, LogDirectory directory, byte[] logId) {
        this.disk = disk;
        this.directory = directory;
        this.logId = logId;
    }

    /** Writes the view, which shows {@code position} or more, and lets go of the segments before. */
    void write(View view, long position, Instant now) throws IOException {
        LogFile file = directory.snapshot(position);
        Path temporary = directory.temporary(file);
        try (FileChannel channel = disk.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            Out out = new Out(channel);
            out.write(file.header(logId));
            view.records(now, out::add);
            out.flush();
            out.units.add(new byte[0]);
            out.flush();
            disk.force(channel);
        } catch (IOException e) {
            disk.delete(temporary);
            throw e;
        }
        directory.publish(temporary, file);
        directory.dropBefore(file);
    }

    /** Reads a snapshot back. */
    void read(LogFile file, View.RecordVisitor visitor) throws IOException {
        try (FrameReader frames = new FrameReader(file, logId)) {
            long expected = 1;
            for (Optional<Frame> frame = frames.next(); frame.isPresent(); frame = frames.next()) {
                if (frame.get().position() != expected) {
                    throw frames.damaged("part " + frame.get().position() + " stands where " + expected + " should");
                }
                expected = frame.get().end();
                for (byte[] unit : frame.get().units()) {
                    if (unit.length == 0 && frames.atEnd()) {
                        return;
                    }
                    for (NameRecord record : RecordCodec.decode(unit)) {
                        visitor.visit(record);
                    }
                }
            }
            throw frames.damaged("the snapshot has no whole end");
        }
    }

    StoreUnusableException missing() {
        return new StoreUnusableException(
                "the names log has no beginning and no snapshot: restore the log directory from a backup");
    }

    /** Gathers records into frames. */
    private final class Out {
        private final FileChannel channel;
        private final List<byte[]> units = new ArrayList<>();
        private int bytes;
        private long offset;
        private long next = 1;

        Out(FileChannel channel) {
            this.channel = channel;
        }

        void add(NameRecord record) throws IOException {
            byte[] unit = RecordCodec.encode(record);
            units.add(unit);
            bytes += Frame.sizeOf(unit);
            if (bytes >= BATCH_BYTES) {
                flush();
            }
        }

        void flush() throws IOException {
            if (!units.isEmpty()) {
                Frame frame = new Frame(next, List.copyOf(units));
                write(frame.encode(logId));
                next = frame.end();
                units.clear();
                bytes = 0;
            }
        }

        void write(ByteBuffer buffer) throws IOException {
            int length = buffer.remaining();
            disk.write(channel, buffer, offset);
            offset += length;
        }
    }
}
