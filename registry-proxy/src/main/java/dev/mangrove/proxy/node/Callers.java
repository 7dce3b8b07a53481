package dev.mangrove.proxy.node;

import dev.mangrove.content.Bounds;
import dev.mangrove.http.CallerOptions;
import dev.mangrove.http.HttpCaller;
import dev.mangrove.http.NettyHttpCaller;
import dev.mangrove.http.ProxySettings;
import dev.mangrove.http.Transport;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One caller for each set of authorities trusted: an authority added for one server is not trusted for another. */
final class Callers implements AutoCloseable {
    private final Transport transport;
    private final Map<List<Path>, NettyHttpCaller> callers = new LinkedHashMap<>();

    Callers(Transport transport) {
        this.transport = transport;
    }

    synchronized HttpCaller trusting(List<Path> authorities) {
        return callers.computeIfAbsent(
                authorities,
                files -> new NettyHttpCaller(
                        transport,
                        CallerOptions.usual()
                                .with(ProxySettings.fromEnvironment(System.getenv()))
                                .trusting(files)));
    }

    /** Shows the connections to upstreams. */
    void bounds(Bounds seen) {
        seen.bounded("upstream_connections", CallerOptions.usual().maxConnectionsPerOrigin(), this::ofBusiestUpstream);
    }

    private synchronized int ofBusiestUpstream() {
        return callers.values().stream()
                .mapToInt(NettyHttpCaller::connectionsOfBusiestOrigin)
                .max()
                .orElse(0);
    }

    @Override
    public synchronized void close() {
        callers.values().forEach(NettyHttpCaller::close);
    }
}
