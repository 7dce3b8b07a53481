package dev.mangrove.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Opens connections: directly, or through a proxy's tunnel; with TLS where the origin is https. Names are looked up on
 * the calling thread, so that a slow resolver holds up nobody else.
 */
final class ClientConnector {
    private static final Pattern SYSTEM_CALL =
            Pattern.compile("^\\w+\\(\\.\\.\\) failed(?: with error\\(-?\\d+\\))?: ");

    private static final int MAX_READ_BYTES = 512 * 1024;
    private static final int FIRST_READ_BYTES = 4 * 1024;
    private static final int MIN_READ_BYTES = 1024;
    private static final int MAX_STATUS_LINE_BYTES = 8 * 1024;
    private static final WriteBufferWaterMark WATERMARK = new WriteBufferWaterMark(128 * 1024, 512 * 1024);

    private final Transport transport;
    private final CallerOptions options;
    private final ClientTls tls;

    ClientConnector(Transport transport, CallerOptions options) {
        this.transport = transport;
        this.options = options;
        this.tls = new ClientTls(options.certificateAuthorities());
    }

    /** The proxy that plain requests to an origin are addressed to, if any. */
    Optional<URI> plainProxy(Origin origin) {
        return origin.secure() ? Optional.empty() : options.proxies().onTheWayTo(origin);
    }

    /**
     * A new connection.
     *
     * @param onClosed runs when it is gone; not if this method fails
     */
    ClientConnection open(Origin origin, Runnable onClosed) throws IOException {
        Optional<URI> proxy = options.proxies().onTheWayTo(origin);
        if (proxy.isPresent()) {
            Origin hop = Origin.of(proxy.get());
            InetSocketAddress via = new InetSocketAddress(addresses(hop)[0], hop.port());
            return origin.secure()
                    ? connect(origin, InetSocketAddress.createUnresolved(origin.host(), origin.port()), onClosed, proxy)
                    : connect(origin, via, onClosed, Optional.empty());
        }
        IOException failure = new UnknownHostException("no address for " + origin);
        for (InetAddress address : addresses(origin)) {
            try {
                return connect(origin, new InetSocketAddress(address, origin.port()), onClosed, Optional.empty());
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private static InetAddress[] addresses(Origin origin) throws IOException {
        try {
            return InetAddress.getAllByName(origin.host());
        } catch (UnknownHostException e) {
            throw new IOException("cannot reach " + origin + ": the name " + origin.host() + " has no address", e);
        }
    }

    private ClientConnection connect(Origin origin, InetSocketAddress address, Runnable onClosed, Optional<URI> tunnel)
            throws IOException {
        HttpDecoderConfig limits = CountedFields.limit(new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_STATUS_LINE_BYTES)
                .setMaxHeaderSize(options.maxHeaderBytes())
                .setMaxChunkSize(MAX_READ_BYTES));
        ResponseDecoder decoder = new ResponseDecoder(limits);
        ClientConnection connection = new ClientConnection(origin, decoder, options.stallTimeout());
        Optional<ProxyHandler> proxy = tunnel.isPresent() ? Optional.of(tunnelThrough(tunnel.get())) : Optional.empty();
        Optional<SslHandler> encryption = origin.secure() ? Optional.of(tls.handler(origin)) : Optional.empty();
        encryption.ifPresent(
                ssl -> ssl.setHandshakeTimeoutMillis(options.connectTimeout().toMillis()));
        ChannelFuture connected = bootstrap()
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        proxy.ifPresent(handler -> channel.pipeline().addLast(handler));
                        encryption.ifPresent(handler -> channel.pipeline().addLast(handler));
                        channel.pipeline().addLast(decoder, connection);
                    }
                })
                .connect(address);
        try {
            await(origin, connected);
            if (proxy.isPresent()) {
                await(origin, proxy.get().connectFuture());
            }
            if (encryption.isPresent()) {
                await(origin, encryption.get().handshakeFuture());
            }
        } catch (IOException e) {
            connected.channel().close();
            throw e;
        }
        connected.channel().closeFuture().addListener(f -> onClosed.run());
        return connection;
    }

    private static void await(Origin origin, Future<?> step) throws IOException {
        step.awaitUninterruptibly();
        if (!step.isSuccess()) {
            throw new IOException("cannot reach " + origin + ": " + reason(step.cause()), step.cause());
        }
    }

    /** Without the name of the system call, which Netty puts first and which tells an operator nothing. */
    private static String reason(Throwable cause) {
        return SYSTEM_CALL.matcher(String.valueOf(cause.getMessage())).replaceFirst("");
    }

    /**
     * A write that fails must not close the channel ({@code AUTO_CLOSE}): servers that refuse an upload answer and hang up,
     * and the answer waits to be read.
     */
    @SuppressWarnings("deprecation") // for longer than Netty 4.2 exists; there is no other way to say it
    private Bootstrap bootstrap() {
        return new Bootstrap()
                .group(transport.loops())
                .channel(transport.socket())
                .resolver(NoopAddressResolverGroup.INSTANCE)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATERMARK)
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(options.connectTimeout().toMillis()))
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(MIN_READ_BYTES, FIRST_READ_BYTES, MAX_READ_BYTES));
    }

    private ProxyHandler tunnelThrough(URI proxy) throws IOException {
        Origin hop = Origin.of(proxy);
        InetSocketAddress address = new InetSocketAddress(addresses(hop)[0], hop.port());
        Optional<BasicCredentials> credentials = BasicCredentials.in(proxy);
        HttpProxyHandler handler = credentials.isPresent()
                ? new HttpProxyHandler(
                        address, credentials.get().user(), credentials.get().password())
                : new HttpProxyHandler(address);
        handler.setConnectTimeoutMillis(options.connectTimeout().toMillis());
        return handler;
    }
}
