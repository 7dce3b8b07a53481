package dev.mangrove.http;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The event loops of a process and the kind of sockets they drive: native epoll where the platform has it, else NIO.
 * Servers and callers share one; close it after them.
 */
public final class Transport implements AutoCloseable {
    private static final int SHUTDOWN_SECONDS = 5;
    private final EventLoopGroup loops;
    private final boolean epoll;

    private Transport(int loops, boolean epoll) {
        IoHandlerFactory sockets = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        this.loops = new MultiThreadIoEventLoopGroup(loops, new DefaultThreadFactory("loop", true), sockets);
        this.epoll = epoll;
    }

    /** Starts {@code loops} event loops, on epoll if this platform has it; one or two are enough for a node. */
    public static Transport open(int loops) {
        return new Transport(loops, Epoll.isAvailable());
    }

    /** Starts event loops on NIO, as on a platform without epoll. */
    public static Transport openPortable(int loops) {
        return new Transport(loops, false);
    }

    EventLoopGroup loops() {
        return loops;
    }

    Class<? extends ServerSocketChannel> listener() {
        return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    Class<? extends SocketChannel> socket() {
        return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /** Stops the loops; connections that are still open are cut. */
    @Override
    public void close() {
        loops.shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
