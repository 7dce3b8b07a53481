package dev.mangrove.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/**
 * First in the pipeline: tells the connection that bytes came, and answers a client that speaks the wrong protocol at
 * once and in plain text. Clients that try https first would else wait for their own timeout.
 */
final class FirstBytes extends ChannelInboundHandlerAdapter {
    private static final int TLS_HANDSHAKE_RECORD = 0x16;
    private final ServerConnection connection;
    private final ServerContext server;
    private boolean undecided = true;

    FirstBytes(ServerConnection connection, ServerContext server) {
        this.connection = connection;
        this.server = server;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes && bytes.isReadable()) {
            connection.bytesArrived(bytes.readableBytes());
            if (undecided && wrongProtocol(bytes.getUnsignedByte(bytes.readerIndex()))) {
                ReferenceCountUtil.release(message);
                RefusedRequest refused =
                        server.secure() ? RefusedRequest.PLAIN_ON_TLS_PORT : RefusedRequest.TLS_ON_PLAIN_PORT;
                ctx.writeAndFlush(refused.encode(ctx.alloc(), server.date())).addListener(ChannelFutureListener.CLOSE);
                return;
            }
            undecided = false;
        }
        ctx.fireChannelRead(message);
    }

    private boolean wrongProtocol(int first) {
        boolean beginsMethod = first >= 'A' && first <= 'Z';
        return server.secure() ? beginsMethod : first == TLS_HANDSHAKE_RECORD;
    }
}
