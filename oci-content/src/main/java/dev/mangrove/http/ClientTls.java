package dev.mangrove.http;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** TLS towards servers. Made at the first https call, because reading the system's authorities takes a while. */
final class ClientTls {
    private final List<Path> authorities;
    private @Nullable SslContext context;

    ClientTls(List<Path> authorities) {
        this.authorities = authorities;
    }

    SslHandler handler(Origin origin) throws IOException {
        return context().newHandler(ByteBufAllocator.DEFAULT, origin.host(), origin.port());
    }

    private synchronized SslContext context() throws IOException {
        SslContext known = context;
        if (known == null) {
            known = SslContextBuilder.forClient()
                    .sslProvider(SslProvider.JDK)
                    .endpointIdentificationAlgorithm("HTTPS")
                    .trustManager(Authorities.ofSystemAnd(authorities))
                    .build();
            context = known;
        }
        return known;
    }
}
