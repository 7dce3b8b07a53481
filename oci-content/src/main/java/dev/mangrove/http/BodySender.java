package dev.mangrove.http;

import dev.mangrove.oci.ByteRange;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.DefaultFileRegion;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.function.BooleanSupplier;

/**
 * Sends a head and its body. Small bodies at hand leave with the head in one write, and the call returns at once; larger
 * ones are paced by the socket, and the call returns when it has taken their last byte.
 */
final class BodySender {
    /** Up to here one copy into the head's buffer is cheaper than a second system call. */
    static final int MAX_INLINE_BYTES = 64 * 1024;

    static final int COPY_BYTES = 256 * 1024;
    private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};

    private final Outbound out;
    private final boolean sendfile;
    private final boolean chunks;
    private final BooleanSupplier stop;

    /**
     * @param sendfile whether the bytes of a file may go to the socket as they are (no TLS)
     * @param chunks whether the other side knows chunks; else a body of unknown length is sent as it is
     * @param stop asked between two pieces of a body: true ends the sending short, without an error
     */
    BodySender(Outbound out, boolean sendfile, boolean chunks, BooleanSupplier stop) {
        this.out = out;
        this.sendfile = sendfile;
        this.chunks = chunks;
        this.stop = stop;
    }

    /** Whether {@link #inline} can send this body. */
    static boolean fitsInline(Body body) {
        return switch (body) {
            case Body.Empty e -> true;
            case Body.LengthOnly l -> true;
            case Body.Bytes b -> b.bytes().length <= MAX_INLINE_BYTES;
            case Body.FileSlice f -> f.range().length() <= MAX_INLINE_BYTES;
            case Body.ArrivingSlice a -> false;
            case Body.Stream s -> false;
            case Body.Chunked c -> false;
        };
    }

    /** A buffer with head and body, owned by the caller. */
    ByteBuf inline(byte[] head, Body body) throws IOException {
        switch (body) {
            case Body.Bytes bytes -> {
                ByteBuf buffer = out.allocate(head.length + bytes.bytes().length);
                return buffer.writeBytes(head).writeBytes(bytes.bytes());
            }
            case Body.FileSlice slice -> {
                ByteBuf buffer = out.allocate(head.length + (int) slice.range().length());
                return readFully(buffer.writeBytes(head), slice.file(), slice.range());
            }
            default -> {
                return out.allocate(head.length).writeBytes(head);
            }
        }
    }

    /**
     * Sends a head and a body of any kind, waiting for the socket.
     *
     * @return whether all of it was sent; false only if it was told to stop
     */
    boolean send(byte[] head, Body body) throws IOException {
        if (fitsInline(body)) {
            out.give(inline(head, body));
            return true;
        }
        out.giveUnflushed(out.allocate(head.length).writeBytes(head));
        return switch (body) {
            case Body.Empty e -> true;
            case Body.LengthOnly l -> true;
            case Body.Bytes bytes -> awaitSent(out.give(Unpooled.wrappedBuffer(bytes.bytes())));
            case Body.FileSlice slice when sendfile -> sendfile(slice);
            case Body.FileSlice slice -> copy(slice);
            case Body.ArrivingSlice slice -> follow(slice);
            case Body.Stream stream -> copy(stream);
            case Body.Chunked chunked -> write(chunked);
        };
    }

    private boolean awaitSent(ChannelFuture sent) throws IOException {
        out.awaitSent(sent, stop, out.channel()::bytesBeforeWritable);
        return sent.isDone();
    }

    private boolean follow(Body.ArrivingSlice slice) throws IOException {
        long end = slice.range().end();
        for (long at = slice.range().offset(); at < end; ) {
            long until = Math.min(end, slice.arrival().awaitBeyond(at));
            Body.FileSlice arrived = new Body.FileSlice(slice.file(), new ByteRange(at, until - at));
            if (!(sendfile ? sendfile(arrived) : copy(arrived))) {
                return false;
            }
            at = until;
        }
        return true;
    }

    private boolean sendfile(Body.FileSlice slice) throws IOException {
        BorrowedRegion region = new BorrowedRegion(slice.file(), slice.range());
        ChannelFuture sent = out.give(region);
        try {
            out.awaitSent(sent, stop, region::transferred);
        } finally {
            if (!sent.isDone()) {
                out.channel()
                        .close()
                        .awaitUninterruptibly(); // the loop must not touch the file after it was given back
            }
        }
        return sent.isSuccess();
    }

    private boolean copy(Body.FileSlice slice) throws IOException {
        ByteRange left = slice.range();
        ChannelFuture sent = out.channel().newSucceededFuture();
        while (left.length() > 0) {
            if (stop.getAsBoolean()) {
                return false;
            }
            int count = (int) Math.min(COPY_BYTES, left.length());
            sent = out.give(readFully(out.allocate(count), slice.file(), new ByteRange(left.offset(), count)));
            left = new ByteRange(left.offset() + count, left.length() - count);
            out.awaitRoom(stop);
        }
        return awaitSent(sent);
    }

    private boolean copy(Body.Stream stream) throws IOException {
        InputStream source = stream.bytes();
        byte[] piece = new byte[(int) Math.min(COPY_BYTES, stream.lengthBytes())];
        long left = stream.lengthBytes();
        ChannelFuture sent = out.channel().newSucceededFuture();
        while (left > 0) {
            if (stop.getAsBoolean()) {
                return false;
            }
            int count = source.read(piece, 0, (int) Math.min(piece.length, left));
            if (count < 0) {
                throw new EOFException(
                        "the source of a body ended " + left + " bytes short of " + stream.lengthBytes());
            }
            sent = out.give(out.allocate(count).writeBytes(piece, 0, count));
            left -= count;
            out.awaitRoom(stop);
        }
        return awaitSent(sent);
    }

    private boolean write(Body.Chunked chunked) throws IOException {
        ChunkedOutput output = new ChunkedOutput(out, chunks, stop);
        try {
            chunked.writer().writeTo(output);
            output.flush();
        } catch (ChunkedOutput.StoppedException e) {
            return false;
        }
        return awaitSent(out.give(chunks ? Unpooled.wrappedBuffer(LAST_CHUNK) : Unpooled.EMPTY_BUFFER));
    }

    private static ByteBuf readFully(ByteBuf target, FileChannel file, ByteRange range) throws IOException {
        boolean whole = false;
        try {
            int count = (int) range.length();
            ByteBuffer view = target.internalNioBuffer(target.writerIndex(), count);
            while (view.hasRemaining()) {
                if (file.read(view, range.end() - view.remaining()) < 0) {
                    throw new EOFException("a file ended " + view.remaining() + " bytes before the slice to be sent");
                }
            }
            whole = true;
            return target.writerIndex(target.writerIndex() + count);
        } finally {
            if (!whole) {
                target.release();
            }
        }
    }

    /** A file region that leaves its file open: it is lent. */
    private static final class BorrowedRegion extends DefaultFileRegion {
        BorrowedRegion(FileChannel file, ByteRange range) {
            super(file, range.offset(), range.length());
        }

        @Override
        protected void deallocate() {
            // the file belongs to whoever gave the slice
        }
    }
}
