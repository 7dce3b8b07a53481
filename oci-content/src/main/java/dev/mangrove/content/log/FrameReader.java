package dev.mangrove.content.log;

import dev.mangrove.content.files.StoreUnusableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Reads the frames of one log file in order. One thread; close it. */
final class FrameReader implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final LogFile logFile;
    private final byte[] logId;
    private final FileChannel file;
    private final long sizeBytes;
    private ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
    private long offset = LogFile.HEADER_BYTES;

    FrameReader(LogFile logFile, byte[] logId) throws IOException {
        this.logFile = logFile;
        this.logId = logId;
        this.file = FileChannel.open(logFile.path(), StandardOpenOption.READ);
        this.sizeBytes = file.size();
    }

    /** Offset of the next frame in the file. */
    long offset() {
        return offset;
    }

    /** Whether the file ends here. */
    boolean atEnd() {
        return offset == sizeBytes;
    }

    /** The next frame; empty at the end of the file, and where no whole frame stands. */
    Optional<Frame> next() throws IOException {
        fill(Frame.HEADER_BYTES);
        if (buffer.remaining() >= Integer.BYTES) {
            int length = buffer.getInt(buffer.position());
            if (length > 0 && length <= Frame.MAX_PAYLOAD_BYTES && length <= sizeBytes - offset - Frame.HEADER_BYTES) {
                fill(Frame.HEADER_BYTES + length);
            }
        }
        int before = buffer.position();
        Optional<Frame> frame = Frame.decode(buffer, logId);
        offset += buffer.position() - before;
        return frame;
    }

    private void fill(int wanted) throws IOException {
        if (buffer.remaining() >= wanted) {
            return;
        }
        if (buffer.capacity() < wanted) {
            buffer = ByteBuffer.allocate(wanted).put(buffer).flip();
        }
        buffer.compact();
        long at = offset + buffer.position();
        while (buffer.position() < wanted) {
            int got = file.read(buffer, at);
            if (got < 0) {
                break;
            }
            at += got;
        }
        buffer.flip();
    }

    /**
     * Called where {@link #next} found no frame before the end: makes sure that nothing whole follows.
     *
     * @param expected the position of the frame that is not whole; what follows would have a higher one, which spares
     *     most of the checksums
     * @throws StoreUnusableException if a whole frame follows: then this is damage, not the torn end of a crash
     */
    void requireTornTail(long expected) throws IOException {
        long rest = sizeBytes - offset;
        if (rest > Frame.MAX_PAYLOAD_BYTES + Frame.HEADER_BYTES) {
            throw damaged("more follows than one frame can be");
        }
        ByteBuffer tail = ByteBuffer.allocate((int) rest);
        while (tail.hasRemaining() && file.read(tail, offset + tail.position()) >= 0) {
            // until the end
        }
        tail.flip();
        for (int at = 1; at + Frame.HEADER_BYTES < tail.limit(); at++) {
            long ahead = tail.getLong(at + Frame.POSITION_OFFSET) - expected;
            if (ahead > 0
                    && ahead <= Integer.MAX_VALUE
                    && Frame.decode(tail.position(at), logId).isPresent()) {
                throw damaged("whole entries follow at byte " + (offset + at));
            }
        }
    }

    StoreUnusableException damaged(String why) {
        return new StoreUnusableException("the names log file " + logFile.path() + " is damaged at byte " + offset
                + " (" + why + "): a crash cannot do that; check the disk and restore the log directory from a backup");
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
