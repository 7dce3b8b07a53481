package dev.mangrove.proxy.plan;

import dev.mangrove.content.Blob;
import dev.mangrove.delta.format.MalformedDeltaException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.function.LongConsumer;

/** Lent blobs as sources for the decoder. */
final class LentSource {
    private LentSource() {}

    /** @param reached told how far the blob was read */
    static DeltaApplier.Source of(Blob blob, LongConsumer reached) {
        return switch (blob) {
            case Blob.FileSlice slice ->
                new Slice(slice.file(), slice.range().offset(), slice.range().length());
            case Blob.Arriving _, Blob.Stream _ ->
                new Forward(blob.asStream(), blob.range().length(), reached);
        };
    }

    private record Slice(FileChannel file, long offset, long size) implements DeltaApplier.Source {
        @Override
        public void read(long position, byte[] into, int from, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(into, from, length);
            for (long at = offset + position; buffer.hasRemaining(); ) {
                int count = file.read(buffer, at);
                if (count < 0) {
                    throw new EOFException("the file of a blob is shorter than the blob");
                }
                at += count;
            }
        }

        @Override
        public void drain() {
            // it was checked when it was committed
        }
    }

    /** Bytes that arrive; the decoder reads forwards, so what was passed over is never wanted again. */
    private static final class Forward implements DeltaApplier.Source {
        private final InputStream in;
        private final long size;
        private final LongConsumer reached;
        private long at;

        Forward(InputStream in, long size, LongConsumer reached) {
            this.reached = reached;
            this.in = in;
            this.size = size;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public void read(long position, byte[] into, int from, int length) throws IOException {
            if (position < at) {
                throw new MalformedDeltaException("a delta is read forwards, not from here after " + at, position);
            }
            if (position > size) {
                throw new MalformedDeltaException("the delta of " + size + " bytes ended early", position);
            }
            in.skipNBytes(position - at);
            at = position;
            int count = in.readNBytes(into, from, length);
            at += count;
            reached.accept(at);
            if (count < length) {
                throw new MalformedDeltaException("the delta of " + size + " bytes ended early", at);
            }
        }

        @Override
        public void drain() throws IOException {
            in.skipNBytes(size - at);
        }
    }
}
