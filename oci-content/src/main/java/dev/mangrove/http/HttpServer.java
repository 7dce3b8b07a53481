package dev.mangrove.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** An HTTP/1.1 server. Each request runs on a virtual thread of its own. */
public final class HttpServer implements AutoCloseable {
    private static final int LISTEN_BACKLOG = 4096;
    private static final int MAX_READ_BYTES = 512 * 1024;
    private static final int FIRST_READ_BYTES = 2 * 1024;
    private static final int MIN_READ_BYTES = 512;
    private static final WriteBufferWaterMark WATERMARK = new WriteBufferWaterMark(128 * 1024, 512 * 1024);
    private static final long SWEEP_MILLIS = 500;
    private static final long DRAIN_POLL_NANOS = 20_000_000L;

    private final ServerContext context;
    private final Optional<ServerEncryption> encryption;
    private final Channel listener;
    private final ScheduledFuture<?> sweep;
    private final LongSupplier nanoClock;

    private HttpServer(
            ServerContext context, Optional<ServerEncryption> encryption, Channel listener, LongSupplier nanoClock) {
        this.context = context;
        this.nanoClock = nanoClock;
        this.encryption = encryption;
        this.listener = listener;
        this.sweep = listener.eventLoop()
                .scheduleAtFixedRate(this::expire, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Binds and begins to serve.
     *
     * @param transport event loops, borrowed; close the server first
     * @throws IOException if the address cannot be bound
     */
    public static HttpServer start(Transport transport, ServerOptions options, HttpHandler handler) throws IOException {
        return start(transport, options, handler, System::nanoTime);
    }

    /** @param nanoClock measures how long nothing moves while the server is closed */
    static HttpServer start(Transport transport, ServerOptions options, HttpHandler handler, LongSupplier nanoClock)
            throws IOException {
        ServerContext context = new ServerContext(options, handler, InstantSource.system());
        Optional<ServerEncryption> encryption = options.tls().isPresent()
                ? Optional.of(new ServerEncryption(options.tls().get(), options.headTimeout()))
                : Optional.empty();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(transport.loops())
                .channel(transport.listener())
                .option(ChannelOption.SO_BACKLOG, LISTEN_BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATERMARK)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(MIN_READ_BYTES, FIRST_READ_BYTES, MAX_READ_BYTES))
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        accept(context, encryption, channel);
                    }
                });
        ChannelFuture bound = bootstrap.bind(options.listen()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + options.listen() + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        return new HttpServer(context, encryption, bound.channel(), nanoClock);
    }

    private static void accept(ServerContext context, Optional<ServerEncryption> encryption, SocketChannel channel) {
        ServerConnection connection = new ServerConnection(context);
        HttpDecoderConfig limits = CountedFields.limit(new HttpDecoderConfig()
                .setMaxInitialLineLength(context.options().maxRequestLineBytes())
                .setMaxHeaderSize(context.options().maxHeaderBytes())
                .setMaxChunkSize(MAX_READ_BYTES));
        channel.pipeline().addLast(new FirstBytes(connection, context));
        encryption.ifPresent(tls -> channel.pipeline().addLast(tls.handler(channel)));
        channel.pipeline().addLast(new RequestDecoder(limits));
        channel.pipeline().addLast(connection);
        context.connections().add(connection);
        if (context.connections().size() > context.options().maxConnections()) {
            connection.refuse(RefusedRequest.TOO_MANY_CONNECTIONS);
        }
    }

    /** The address it listens on, with the port the system chose. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    /** Most connections open at once. */
    public int maxConnections() {
        return context.options().maxConnections();
    }

    /** Where all connections together would pause to read. */
    public long maxUnreadBytes() {
        return (long) maxConnections() * InboundBody.MAX_QUEUED_BYTES;
    }

    /** Bytes of requests that arrived and that no handler has read yet. */
    public long unreadBytes() {
        return context.connections().stream()
                .mapToLong(ServerConnection::unreadBytes)
                .sum();
    }

    /**
     * Shows another certificate to the connections that come from now on; those that are open keep theirs.
     *
     * @throws IOException if it cannot be used; the one before stays
     * @throws IllegalStateException if the server speaks plain HTTP
     */
    public void renew(ServerTls tls) throws IOException {
        encryption
                .orElseThrow(() -> new IllegalStateException("a server that speaks plain HTTP has no certificate"))
                .renew(tls);
    }

    /** Connections open now. */
    public int connections() {
        return context.connections().size();
    }

    private void expire() {
        long now = System.nanoTime();
        context.connections().forEach(connection -> connection.expire(now));
    }

    /**
     * Stops accepting, closes idle connections and waits for the requests under way, as long as any of them moves bytes
     * within the drain timeout; then cuts the rest.
     */
    @Override
    public void close() {
        context.drain();
        listener.close().awaitUninterruptibly();
        context.connections().forEach(ServerConnection::finish);
        awaitQuiet();
        sweep.cancel(false);
        context.connections().forEach(ServerConnection::cut);
    }

    private void awaitQuiet() {
        long patience = context.options().drainTimeout().toNanos();
        long seen = context.progress();
        long still = nanoClock.getAsLong();
        while (!context.connections().isEmpty()) {
            // the time before the progress: a thread that was stopped for long must not judge by its own absence
            long now = nanoClock.getAsLong();
            long progress = context.progress();
            if (progress != seen) {
                seen = progress;
                still = nanoClock.getAsLong();
            } else if (now - still >= patience) {
                return;
            }
            LockSupport.parkNanos(this, DRAIN_POLL_NANOS);
        }
    }
}
