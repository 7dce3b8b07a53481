package dev.mangrove.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One connection, as its event loop sees it: takes requests off the wire one at a time, starts a virtual thread for each,
 * and reads the socket only while somebody has room for what comes. All state belongs to the loop, except where said.
 */
final class ServerConnection extends ChannelInboundHandlerAdapter {
    /** Unread body bytes that are taken off the wire to keep a connection; with more it is closed after the answer. */
    static final int MAX_DRAIN_BYTES = 256 * 1024;

    private static final long NEVER = Long.MAX_VALUE;

    private final ServerContext server;
    private final Queue<HttpObject> waiting = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable Outbound out;
    private @Nullable ServerExchange current;
    private volatile @Nullable InboundBody arriving;
    private boolean headStarted;
    private boolean awaitingRoom;
    private @Nullable Linger linger;
    private boolean closeWhenIdle;

    /** When to close if nothing happens; read by the sweep. */
    private volatile long deadlineNanos;

    ServerConnection(ServerContext server) {
        this.server = server;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        out = new Outbound(ctx.channel(), server.options().stallTimeout());
        expireAfter(server.options().headTimeout().toNanos());
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.read();
    }

    /** The first byte of something arrived; called by the handler before the decoder. */
    void bytesArrived(int count) {
        server.received(count);
        if (linger != null) {
            deadlineNanos = linger.deadlineNanos(System.nanoTime());
        } else if (current == null && !headStarted) {
            headStarted = true;
            expireAfter(server.options().headTimeout().toNanos());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpObject part && linger == null) {
            waiting.add(part);
            advance();
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readIfWanted();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        outbound().wake();
        if (awaitingRoom && ctx.channel().isWritable()) {
            awaitingRoom = false;
            next();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        server.connections().remove(this);
        if (arriving != null) {
            arriving.fail(new IOException("the client closed the connection before its request was complete"));
        }
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        outbound().wake();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        server.log().log(
                System.Logger.Level.DEBUG,
                "connection of {0} closed: {1}",
                ctx.channel().remoteAddress(),
                cause);
        ctx.close();
    }

    private void advance() {
        while (!waiting.isEmpty() && linger == null) {
            if (waiting.peek() instanceof HttpRequest request) {
                if (current != null) {
                    return;
                }
                waiting.remove();
                begin(request);
            } else {
                deliver((HttpContent) waiting.remove());
            }
        }
    }

    private void begin(HttpRequest request) {
        deadlineNanos = NEVER;
        headStarted = false;
        Optional<RefusedRequest> refused = RefusedRequest.of(request);
        if (refused.isPresent()) {
            refuse(refused.get());
            return;
        }
        InboundBody body = null;
        if (ServerExchange.hasBody(request)) {
            body = new InboundBody(this::resumeReading, server.options().stallTimeout());
        }
        arriving = body;
        ServerExchange exchange = new ServerExchange(this, server, outbound(), request, body);
        current = exchange;
        server.threads().newThread(exchange).start();
    }

    private void deliver(HttpContent content) {
        InboundBody body = arriving;
        if (body == null) {
            content.release();
            return;
        }
        if (content.decoderResult().isFailure()) {
            content.release();
            closeWhenIdle = true;
            body.fail(new IOException("the body of the request is malformed: "
                    + content.decoderResult().cause().getMessage()));
            return;
        }
        boolean last = content instanceof LastHttpContent;
        body.give(content.content());
        if (last) {
            arriving = null;
            body.complete();
            if (current == null) {
                next();
            }
        }
    }

    /** The answer was given to the channel. On the loop. */
    void answered(boolean keepAlive) {
        current = null;
        if (!keepAlive || closeWhenIdle || server.draining()) {
            closeGently(arriving == null);
        } else if (!context().channel().isWritable()) {
            awaitingRoom = true;
            expireAfter(server.options().stallTimeout().toNanos());
        } else {
            next();
        }
    }

    private void next() {
        if (arriving != null) {
            expireAfter(server.options().stallTimeout().toNanos());
            readIfWanted();
            return;
        }
        expireAfter(
                (headStarted ? server.options().headTimeout() : server.options().idleTimeout()).toNanos());
        advance();
        readIfWanted();
    }

    private void readIfWanted() {
        boolean wanted = linger != null
                || (arriving != null ? arriving.wantsMore() : current == null && waiting.isEmpty() && !awaitingRoom);
        if (wanted) {
            context().read();
        }
    }

    private void resumeReading() {
        context().executor().execute(this::readIfWanted);
    }

    void refuse(RefusedRequest refused) {
        ByteBuf answer = refused.encode(context().alloc(), server.date());
        context().write(answer);
        closeGently(false);
    }

    /**
     * Closes so that the client gets what was written: a socket closed over unread bytes would be reset, and the answer
     * lost with it.
     */
    private void closeGently(boolean nothingUnread) {
        if (linger != null) {
            return;
        }
        long now = System.nanoTime();
        linger = new Linger(now);
        deadlineNanos = linger.deadlineNanos(now);
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
            if (nothingUnread || !sent.isSuccess()) {
                context().close();
            } else {
                endOutput();
            }
        });
    }

    private void endOutput() {
        DuplexChannel channel = (DuplexChannel) context().channel();
        SslHandler tls = context().pipeline().get(SslHandler.class);
        ChannelFuture goodbye = tls == null ? channel.newSucceededFuture() : tls.closeOutbound();
        goodbye.addListener(said -> channel.shutdownOutput().addListener(done -> readIfWanted()));
    }

    private void expireAfter(long nanos) {
        deadlineNanos = System.nanoTime() + nanos;
    }

    /** Closes the connection if its time is over. Any thread. */
    void expire(long nowNanos) {
        if (deadlineNanos != NEVER && nowNanos - deadlineNanos > 0) {
            context().close();
        }
    }

    /** Closes the connection now if no request is under way, else after it. Any thread. */
    void finish() {
        context().executor().execute(() -> {
            closeWhenIdle = true;
            if (current == null && linger == null) {
                context().close();
            }
        });
    }

    /** Cuts the connection. Any thread. */
    void cut() {
        context().channel().close();
    }

    /** Bytes of the request that wait for the handler. Any thread. */
    long unreadBytes() {
        InboundBody body = arriving;
        return body == null ? 0 : body.queuedBytes();
    }

    /** Changes while the client takes bytes. Any thread. */
    long progress() {
        return outbound().progress();
    }

    ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    private Outbound outbound() {
        return Objects.requireNonNull(out);
    }
}
