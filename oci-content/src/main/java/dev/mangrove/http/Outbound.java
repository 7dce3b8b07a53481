package dev.mangrove.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The outbound bridge: a virtual thread gives buffers and parks while the channel holds enough of them; the event loop
 * writes and wakes it. Nobody is interrupted: a thread that gives up closes the channel. Used by one writing thread at a
 * time; {@link #wake} by the loop.
 */
final class Outbound {
    private final Channel channel;
    private final Duration stallTimeout;
    private volatile @Nullable Thread writer;
    private volatile LongSupplier progress = () -> 0;

    Outbound(Channel channel, Duration stallTimeout) {
        this.channel = channel;
        this.stallTimeout = stallTimeout;
    }

    Channel channel() {
        return channel;
    }

    /** Loop side: the channel became writable, was closed, or a condition somebody waits for may have changed. */
    void wake() {
        Thread waiting = writer;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    /** Changes while the other side takes bytes. Any thread. */
    long progress() {
        return progress.getAsLong();
    }

    /** A direct buffer, owned by the caller until given. */
    ByteBuf allocate(int capacityBytes) {
        return channel.alloc().directBuffer(capacityBytes);
    }

    /** Takes over a buffer or file region and sends it. */
    ChannelFuture give(Object message) {
        return channel.writeAndFlush(message);
    }

    /** Takes over a buffer, to be sent along with what is given next. */
    void giveUnflushed(ByteBuf buffer) {
        channel.write(buffer, channel.voidPromise());
    }

    /** Waits until the channel takes more. */
    void awaitRoom() throws IOException {
        await(channel::isWritable, channel::bytesBeforeWritable);
    }

    /** Waits until the write of {@code done} was made. */
    void awaitSent(ChannelFuture done, LongSupplier progress) throws IOException {
        if (!done.isDone()) {
            done.addListener(f -> wake());
            await(done::isDone, progress);
        }
        if (!done.isSuccess()) {
            throw new IOException("the other side closed the connection before it had everything", done.cause());
        }
    }

    /** Waits for a condition as long as {@code progress} changes at least once within the stall timeout. */
    void await(BooleanSupplier condition, LongSupplier progress) throws IOException {
        long seen = progress.getAsLong();
        long deadline = System.nanoTime() + stallTimeout.toNanos();
        this.progress = progress;
        writer = Thread.currentThread();
        try {
            while (!condition.getAsBoolean()) {
                if (!channel.isActive()) {
                    throw new IOException("the other side closed the connection");
                }
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    long now = progress.getAsLong();
                    if (now == seen) {
                        channel.close();
                        throw new IOException("no byte was taken for " + stallTimeout.toSeconds() + " s");
                    }
                    seen = now;
                    deadline = System.nanoTime() + stallTimeout.toNanos();
                    continue;
                }
                LockSupport.parkNanos(this, left);
            }
        } finally {
            writer = null;
        }
    }
}
