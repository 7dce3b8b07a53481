package dev.mangrove.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/** Cuts what is written into the chunks of HTTP/1.1, without the last one. */
final class ChunkedOutput extends OutputStream {
    private static final int CHUNK_BYTES = 32 * 1024;
    private static final int FRAME_BYTES = 16;

    private final Outbound out;
    private final boolean framed;
    private final BooleanSupplier stop;
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private int filled;

    /** Nobody wants the rest. */
    static final class StoppedException extends IOException {
        StoppedException() {
            super("the other side answered before it had the whole body");
        }
    }

    /**
     * @param framed false to send the bytes without the frame of a chunk
     */
    ChunkedOutput(Outbound out, boolean framed, BooleanSupplier stop) {
        this.out = out;
        this.framed = framed;
        this.stop = stop;
    }

    @Override
    public void write(int value) throws IOException {
        if (filled == chunk.length) {
            flush();
        }
        chunk[filled++] = (byte) value;
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            if (filled == chunk.length) {
                flush();
            }
            int count = Math.min(length - done, chunk.length - filled);
            System.arraycopy(source, offset + done, chunk, filled, count);
            filled += count;
            done += count;
        }
    }

    @Override
    public void flush() throws IOException {
        if (stop.getAsBoolean()) {
            throw new StoppedException();
        }
        if (filled == 0) {
            return;
        }
        ByteBuf buffer = out.allocate(filled + FRAME_BYTES);
        if (framed) {
            buffer.writeCharSequence(Integer.toHexString(filled) + "\r\n", StandardCharsets.US_ASCII);
        }
        buffer.writeBytes(chunk, 0, filled);
        if (framed) {
            buffer.writeByte('\r').writeByte('\n');
        }
        filled = 0;
        out.give(buffer);
        out.awaitRoom(stop);
    }
}
