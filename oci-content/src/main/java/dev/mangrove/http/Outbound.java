package dev.mangrove.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
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
    private final AtomicLong given = new AtomicLong();

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

    /** Changes while the other side takes bytes, be it so fast that nobody ever waits for it. Any thread. */
    long progress() {
        return given.get() + progress.getAsLong();
    }

    /** A direct buffer, owned by the caller until given. */
    ByteBuf allocate(int capacityBytes) {
        return channel.alloc().directBuffer(capacityBytes);
    }

    /** Takes over a buffer or file region and sends it. */
    ChannelFuture give(Object message) {
        given.incrementAndGet();
        return channel.writeAndFlush(message);
    }

    /** Takes over a buffer, to be sent along with what is given next. */
    void giveUnflushed(ByteBuf buffer) {
        given.incrementAndGet();
        channel.write(buffer, channel.voidPromise());
    }

    /** Waits until the channel takes more, or {@code stop} says that nobody cares any more. */
    void awaitRoom(BooleanSupplier stop) throws IOException {
        await(() -> channel.isWritable() || stop.getAsBoolean(), channel::bytesBeforeWritable);
    }

    /** Waits until a write was made, or {@code stop} says that nobody cares any more. */
    void awaitSent(ChannelFuture write, BooleanSupplier stop, LongSupplier progress) throws IOException {
        if (!write.isDone()) {
            write.addListener(f -> wake());
            await(() -> write.isDone() || stop.getAsBoolean(), progress);
        }
        if (write.isDone() && !write.isSuccess()) {
            throw new SocketLostException(
                    "the other side closed the connection before it had everything", write.cause());
        }
    }

    /** Waits for a condition as long as {@code progress} changes at least once within the stall timeout. */
    void await(BooleanSupplier condition, LongSupplier progress) throws IOException {
        this.progress = progress;
        long seen = progress.getAsLong();
        while (!awaitAtMost(stallTimeout, condition)) {
            long now = progress.getAsLong();
            if (now == seen) {
                channel.close();
                throw new SocketLostException(
                        "the other side took no byte for " + stallTimeout.toMillis() + " ms", null);
            }
            seen = now;
        }
    }

    /** Waits for a condition that comes with a {@link #wake}; false if it did not hold in time. */
    boolean awaitAtMost(Duration limit, BooleanSupplier condition) throws IOException {
        if (condition.getAsBoolean()) {
            return true;
        }
        long deadline = System.nanoTime() + limit.toNanos();
        writer = Thread.currentThread();
        try {
            while (!condition.getAsBoolean()) {
                if (!channel.isActive()) {
                    throw new SocketLostException("the other side closed the connection", null);
                }
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
            }
            return true;
        } finally {
            writer = null;
        }
    }
}
