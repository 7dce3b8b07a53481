package dev.mangrove.content.log;

import dev.mangrove.content.ContentException;
import dev.mangrove.content.files.Disk;
import dev.mangrove.content.files.StoreUnusableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The append-only log on disk. Units (lists of records that belong together) are numbered from 1. One thread at a time
 * writes; see {@link GroupCommit} for how many share one sync. Format: {@code docs/formats/names-log.md}.
 */
final class NamesLog implements AutoCloseable {
    /** A segment this long is followed by a new one, so that a snapshot can let go of it. */
    static final long SEGMENT_BYTES = 32L * 1024 * 1024;

    private final Disk disk;
    private final LogDirectory directory;
    private final byte[] id;
    private FileChannel segment;
    private long segmentBytes;
    private final AtomicLong position = new AtomicLong();
    private final AtomicLong bytesSinceSnapshot = new AtomicLong();
    private boolean broken;

    private NamesLog(Disk disk, LogDirectory directory, byte[] id, FileChannel segment) {
        this.disk = disk;
        this.directory = directory;
        this.id = id;
        this.segment = segment;
    }

    /**
     * Opens the log, or makes an empty one. Cuts off the torn end that a crash leaves.
     *
     * @throws StoreUnusableException if it is damaged in a way that no crash explains
     */
    static NamesLog open(Disk disk, Path path) throws IOException {
        LogDirectory directory = new LogDirectory(disk, path);
        directory.clearUp();
        byte[] id = directory.logId();
        Optional<LogFile> snapshot = directory.snapshot();
        long start = snapshot.map(LogFile::position).orElse(0L);
        if (snapshot.isPresent()) {
            directory.dropBefore(snapshot.get());
        }
        List<LogFile> segments = directory.segments();
        if (segments.isEmpty()) {
            LogFile first = directory.segment(start + 1);
            NamesLog log = new NamesLog(disk, directory, id, directory.create(first, id));
            log.position.set(start);
            log.segmentBytes = LogFile.HEADER_BYTES;
            return log;
        }
        LogFile last = segments.getLast();
        NamesLog log = new NamesLog(
                disk, directory, id, disk.open(last.path(), StandardOpenOption.READ, StandardOpenOption.WRITE));
        try {
            log.recover(last);
        } catch (IOException | RuntimeException e) {
            log.close();
            throw e;
        }
        return log;
    }

    private void recover(LogFile last) throws IOException {
        position.set(last.position() - 1);
        try (FrameReader frames = new FrameReader(last, id)) {
            for (Optional<Frame> frame = frames.next(); frame.isPresent(); frame = frames.next()) {
                requireNext(frames, frame.get(), position.get() + 1);
                position.set(frame.get().end() - 1);
            }
            if (!frames.atEnd()) {
                frames.requireTornTail(position.get() + 1);
                disk.truncate(segment, frames.offset());
            }
            segmentBytes = frames.offset();
        }
        // What a killed process wrote but never synced is whole, and from now on it will be seen and relied on.
        disk.force(segment);
        forgetCompacted();
    }

    private static void requireNext(FrameReader frames, Frame frame, long expected) throws IOException {
        if (frame.position() != expected) {
            throw frames.damaged("entry " + frame.position() + " stands where " + expected + " should");
        }
    }

    byte[] id() {
        return id.clone();
    }

    /** Number of the last unit. */
    long position() {
        return position.get();
    }

    /** Bytes of segments that a new snapshot would let go of, roughly. */
    long bytesSinceSnapshot() {
        return bytesSinceSnapshot.get();
    }

    /** Position of the newest snapshot; 0 if there is none. */
    long snapshotPosition() throws IOException {
        return directory.snapshot().map(LogFile::position).orElse(0L);
    }

    /** A snapshot was written: counts again what the next one would let go of. */
    void forgetCompacted() throws IOException {
        bytesSinceSnapshot.set(
                segmentBytes + SEGMENT_BYTES * (directory.segments().size() - 1));
    }

    LogDirectory directory() {
        return directory;
    }

    /**
     * Appends units, durable on return; all or none.
     *
     * @throws ContentException.OverBudget if the disk is full; the log goes on once there is room
     */
    void append(List<byte[]> units) throws IOException {
        if (broken) {
            throw new ContentException.Unavailable(
                    "the names log could not be written and takes no more: check the disk, then restart", null);
        }
        try {
            write(units);
        } catch (RuntimeException | Error e) {
            broken = true; // out of memory, say: nobody knows how many bytes were written
            throw e;
        }
    }

    private void write(List<byte[]> units) throws IOException {
        if (segmentBytes >= SEGMENT_BYTES) {
            roll();
        }
        ByteBuffer frame = new Frame(position.get() + 1, units).encode(id);
        int length = frame.remaining();
        try {
            disk.write(segment, frame, segmentBytes);
        } catch (IOException e) {
            cutBack();
            throw e;
        }
        force();
        segmentBytes += length;
        bytesSinceSnapshot.addAndGet(length);
        position.addAndGet(units.size());
    }

    private void force() throws IOException {
        try {
            disk.force(segment);
        } catch (IOException e) {
            broken = true;
            throw e;
        }
    }

    /** Removes half a frame, lest the next one be written behind it. */
    private void cutBack() {
        try {
            disk.truncate(segment, segmentBytes);
        } catch (IOException e) {
            broken = true;
        }
    }

    /** Begins a new segment. */
    void roll() throws IOException {
        FileChannel next = directory.create(directory.segment(position.get() + 1), id);
        segment.close();
        segment = next;
        segmentBytes = LogFile.HEADER_BYTES;
    }

    /** Whether every unit after {@code position} is still in the segments. */
    boolean hasAllAfter(long after) throws IOException {
        return after >= directory.segments().getFirst().position() - 1 && after <= position.get();
    }

    /** Shows every unit after {@code position}, which the segments must have. */
    void replay(long after, UnitVisitor visitor) throws IOException {
        List<LogFile> segments = directory.segments();
        long expected = -1;
        for (int i = 0; i < segments.size(); i++) {
            boolean isPast = i + 1 < segments.size() && segments.get(i + 1).position() <= after + 1;
            if (isPast) {
                continue;
            }
            if (expected >= 0 && segments.get(i).position() != expected) {
                throw new StoreUnusableException("the names log lacks the entries " + expected + " to "
                        + (segments.get(i).position() - 1) + ": restore the log directory from a backup");
            }
            expected = replay(segments.get(i), after, visitor);
        }
    }

    private long replay(LogFile segment, long after, UnitVisitor visitor) throws IOException {
        long expected = segment.position();
        try (FrameReader frames = new FrameReader(segment, id)) {
            for (Optional<Frame> frame = frames.next(); frame.isPresent(); frame = frames.next()) {
                requireNext(frames, frame.get(), expected);
                for (byte[] unit : frame.get().units()) {
                    if (expected > after) {
                        visitor.visit(expected, unit);
                    }
                    expected++;
                }
            }
            if (!frames.atEnd()) {
                throw frames.damaged("no whole entry stands there");
            }
        }
        return expected;
    }

    @Override
    public void close() throws IOException {
        segment.close();
    }

    /** Sees units. */
    @FunctionalInterface
    interface UnitVisitor {
        void visit(long position, byte[] unit) throws IOException;
    }
}
