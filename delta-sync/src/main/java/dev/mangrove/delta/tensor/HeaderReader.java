package dev.mangrove.delta.tensor;

import dev.mangrove.delta.io.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads a binary header from its start through a small buffer, with a cap on how far it goes. */
final class HeaderReader {
    /** Headers end before this. Vocabularies of real GGUF files take some ten megabytes. */
    static final int MAX_BYTES = 256 << 20;

    private static final int MAX_STRING_BYTES = 1 << 16;
    private static final int BUFFER_BYTES = 1 << 16;

    private final ByteSource file;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long bufferEnd;

    HeaderReader(ByteSource file) {
        this.file = file;
        buffer.limit(0);
    }

    long position() {
        return bufferEnd - buffer.remaining();
    }

    int int32() throws IOException {
        need(4);
        return buffer.getInt();
    }

    long int64() throws IOException {
        need(8);
        return buffer.getLong();
    }

    long count(long limit, String what) throws IOException {
        long count = int64();
        if (count < 0 || count > limit) {
            throw new TensorFormatException(count + " " + what, position() - 8);
        }
        return count;
    }

    String string() throws IOException {
        int length = (int) count(MAX_STRING_BYTES, "bytes in a string");
        need(length);
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    void skipString() throws IOException {
        skip(count(MAX_BYTES, "bytes in a string"));
    }

    void skip(long length) throws IOException {
        if (length <= buffer.remaining()) {
            buffer.position(buffer.position() + (int) length);
            return;
        }
        long target = position() + length;
        if (target > file.size() || target > MAX_BYTES) {
            throw new TensorFormatException("header too long", position());
        }
        bufferEnd = target;
        buffer.limit(0);
    }

    private void need(int length) throws IOException {
        if (buffer.remaining() >= length) {
            return;
        }
        long at = position();
        if (at + length > file.size() || at + length > MAX_BYTES) {
            throw new TensorFormatException("header ends early", at);
        }
        int size = (int) Math.min(BUFFER_BYTES, file.size() - at);
        file.read(at, buffer.array(), 0, size);
        buffer.position(0).limit(size);
        bufferEnd = at + size;
    }
}
