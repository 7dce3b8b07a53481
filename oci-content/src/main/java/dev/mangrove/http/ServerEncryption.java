package dev.mangrove.http;

import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;

/** TLS of a server: BoringSSL where its library is on the class path, else the JDK's engine. Offers http/1.1 only. */
final class ServerEncryption {
    private volatile SslContext context;
    private final long handshakeMillis;

    ServerEncryption(ServerTls tls, Duration handshakeTimeout) throws IOException {
        context = context(tls);
        handshakeMillis = handshakeTimeout.toMillis();
    }

    /** Connections that come from now on are shown another certificate. */
    void renew(ServerTls tls) throws IOException {
        context = context(tls);
    }

    private static SslContext context(ServerTls tls) throws IOException {
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(
                            tls.key(), tls.chain().toArray(X509Certificate[]::new))
                    .keyStoreType("JKS") // PKCS12 would derive a key from a password at every start
                    .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            ApplicationProtocolConfig.Protocol.ALPN,
                            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                            ApplicationProtocolNames.HTTP_1_1));
            if (!tls.clientAuthorities().isEmpty()) {
                builder.trustManager(Authorities.trusting(tls.clientAuthorities()))
                        .clientAuth(ClientAuth.OPTIONAL);
            }
            return builder.build();
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot set up TLS: " + e.getMessage(), e);
        }
    }

    SslHandler handler(SocketChannel channel) {
        SslHandler handler = context.newHandler(channel.alloc());
        handler.setHandshakeTimeoutMillis(handshakeMillis);
        return handler;
    }
}
