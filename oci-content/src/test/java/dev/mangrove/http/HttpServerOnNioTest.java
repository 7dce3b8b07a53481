package dev.mangrove.http;

/** The same on the sockets of platforms without epoll. */
class HttpServerOnNioTest extends HttpServerTest {
    @Override
    Transport transport() {
        return Transport.openPortable(1);
    }
}
