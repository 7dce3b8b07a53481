package dev.mangrove.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Server options for tests. */
public final class TestServers {
    private TestServers() {}

    /** A free port of the loopback. */
    public static ServerOptions onLoopback() {
        return ServerOptions.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }
}
