package dev.mangrove.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/**
 * Sits before the decoder: tells the connection that bytes came, and on a plain port answers a TLS handshake at once,
 * because clients that try https first would else wait for their own timeout.
 */
final class FirstBytes extends ChannelInboundHandlerAdapter {
    private static final int TLS_HANDSHAKE_RECORD = 0x16;
    private final ServerConnection connection;
    private boolean undecided;

    FirstBytes(ServerConnection connection, boolean plain) {
        this.connection = connection;
        this.undecided = plain;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes && bytes.isReadable()) {
            connection.bytesArrived(bytes.readableBytes());
            if (undecided && bytes.getByte(bytes.readerIndex()) == TLS_HANDSHAKE_RECORD) {
                ReferenceCountUtil.release(message);
                connection.refuse(RefusedRequest.TLS_ON_PLAIN_PORT);
                return;
            }
            undecided = false;
        }
        ctx.fireChannelRead(message);
    }
}
