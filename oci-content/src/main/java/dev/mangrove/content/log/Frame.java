package dev.mangrove.content.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A batch of units that were made durable by one sync: {@code length u32 | crc u32 | position u64 | payload}. The
 * checksum covers the id of the log, the position and the payload, so bytes planted inside a payload never look like a
 * frame to somebody who does not know the id. Every batch is one frame: a crash can damage the last frame only, and a
 * damaged frame with a whole one behind it is proof of something worse.
 *
 * @param position number of the first unit
 * @param units one encoded list of records each
 */
record Frame(long position, List<byte[]> units) {
    static final int HEADER_BYTES = 16;

    static final int POSITION_OFFSET = 8;

    /** Largest payload: far above a batch of manifests, far below memory. */
    static final int MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;

    private static final int UNIT_HEADER_BYTES = 4;

    /** Bytes that a unit takes in a frame. */
    static int sizeOf(byte[] unit) {
        return UNIT_HEADER_BYTES + unit.length;
    }

    /** The position after the last unit. */
    long end() {
        return position + units.size();
    }

    ByteBuffer encode(byte[] logId) {
        int payload = units.stream().mapToInt(Frame::sizeOf).sum();
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + payload);
        out.putInt(payload).putInt(0).putLong(position);
        for (byte[] unit : units) {
            out.putInt(unit.length).put(unit);
        }
        out.flip();
        out.putInt(Integer.BYTES, checksum(logId, position, out.slice(HEADER_BYTES, payload)));
        return out;
    }

    /** Reads the frame at the buffer's position and moves behind it; empty, and not moved, if there is no whole frame. */
    static Optional<Frame> decode(ByteBuffer in, byte[] logId) {
        if (in.remaining() < HEADER_BYTES) {
            return Optional.empty();
        }
        int start = in.position();
        int length = in.getInt(start);
        if (length <= 0 || length > MAX_PAYLOAD_BYTES || length > in.remaining() - HEADER_BYTES) {
            return Optional.empty();
        }
        long position = in.getLong(start + POSITION_OFFSET);
        ByteBuffer payload = in.slice(start + HEADER_BYTES, length);
        if (in.getInt(start + 4) != checksum(logId, position, payload.duplicate())) {
            return Optional.empty();
        }
        in.position(start + HEADER_BYTES + length);
        return Optional.of(new Frame(position, split(payload)));
    }

    private static List<byte[]> split(ByteBuffer payload) {
        List<byte[]> units = new ArrayList<>();
        while (payload.hasRemaining()) {
            byte[] unit = new byte[payload.getInt()];
            payload.get(unit);
            units.add(unit);
        }
        return units;
    }

    private static int checksum(byte[] logId, long position, ByteBuffer payload) {
        CRC32C crc = new CRC32C();
        crc.update(logId);
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(position).flip());
        crc.update(payload);
        return (int) crc.getValue();
    }
}
