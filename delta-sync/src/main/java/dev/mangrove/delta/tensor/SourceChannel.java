package dev.mangrove.delta.tensor;

import dev.mangrove.delta.io.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** A source as the channel that Commons Compress wants. */
final class SourceChannel implements SeekableByteChannel {
    private final ByteSource source;
    private long position;

    SourceChannel(ByteSource source) {
        this.source = source;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int length = (int) Math.min(into.remaining(), source.size() - position);
        if (length <= 0) {
            return into.hasRemaining() ? -1 : 0;
        }
        byte[] bytes = new byte[Math.min(length, 1 << 16)];
        source.read(position, bytes, 0, bytes.length);
        into.put(bytes);
        position += bytes.length;
        return bytes.length;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) {
        position = newPosition;
        return this;
    }

    @Override
    public long size() {
        return source.size();
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public int write(ByteBuffer bytes) {
        throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public void close() {
        // The source belongs to the caller.
    }
}
