package dev.mangrove.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One connection to a server, as its event loop sees it; carries one exchange at a time. */
final class ClientConnection extends ChannelInboundHandlerAdapter {
    private final Origin origin;
    private final Duration stallTimeout;
    private final ResponseDecoder decoder;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Outbound out;
    private volatile @Nullable ClientExchange current;
    private boolean interim;
    private long bodyBytes;

    /** When it was put back; of the pool, under its lock. */
    private long idleSinceNanos;

    ClientConnection(Origin origin, ResponseDecoder decoder, Duration stallTimeout) {
        this.origin = origin;
        this.decoder = decoder;
        this.stallTimeout = stallTimeout;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        out = new Outbound(ctx.channel(), stallTimeout);
    }

    Origin origin() {
        return origin;
    }

    Outbound out() {
        return Objects.requireNonNull(out);
    }

    Channel channel() {
        return Objects.requireNonNull(context).channel();
    }

    /** Begins an exchange; its request is written next. By the calling thread, when no other exchange is under way. */
    ClientExchange begin(String method) {
        ClientExchange exchange = new ClientExchange(new InboundBody(this::resumeReading, stallTimeout));
        decoder.expectAnswerToHead(method.equals("HEAD"));
        current = exchange;
        resumeReading();
        return exchange;
    }

    void idleSince(long nanos) {
        idleSinceNanos = nanos;
    }

    long idleSince() {
        return idleSinceNanos;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ClientExchange exchange = current;
        if (exchange == null) {
            ReferenceCountUtil.release(message);
            ctx.close();
            return;
        }
        exchange.sawBytes();
        if (message instanceof HttpResponse response) {
            head(ctx, exchange, response);
        } else if (message instanceof HttpContent content) {
            content(exchange, content);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void head(ChannelHandlerContext ctx, ClientExchange exchange, HttpResponse response) {
        if (response.decoderResult().isFailure()) {
            exchange.fail(new IOException("the answer of " + origin + " is malformed: "
                    + response.decoderResult().cause().getMessage()));
            ctx.close();
        } else if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            interim = true;
            exchange.interim();
        } else {
            interim = false;
            bodyBytes = 0;
            exchange.answer(response);
        }
        out().wake();
    }

    private void content(ClientExchange exchange, HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        if (interim || content.decoderResult().isFailure()) {
            content.release();
            if (!interim) {
                exchange.fail(new IOException("the body of the answer of " + origin + " is malformed"));
                channel().close();
            }
            return;
        }
        bodyBytes += content.content().readableBytes();
        exchange.body().give(content.content());
        if (last) {
            current = null; // first, because the reader may begin the next exchange as soon as it sees the end
            exchange.body().complete();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readIfWanted();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        out().wake();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail("closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail("failed: " + cause.getMessage());
        ctx.close();
    }

    private void fail(String what) {
        ClientExchange exchange = current;
        if (exchange != null) {
            String when = exchange.head() == null ? "before it answered" : "after " + bodyBytes + " bytes of a body";
            exchange.fail(new IOException(origin + " " + what + " " + when));
        }
        out().wake();
    }

    private void readIfWanted() {
        ClientExchange exchange = current;
        if (exchange == null || exchange.body().wantsMore()) {
            Objects.requireNonNull(context).read();
        }
    }

    private void resumeReading() {
        channel().eventLoop().execute(this::readIfWanted);
    }
}
