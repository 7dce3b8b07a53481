package dev.mangrove.http;

import java.io.IOException;
import java.time.Duration;

/** Sends a request, and stops when the server answers before it has everything. */
final class RequestSender {
    /** A server that does not know the expectation says nothing; then the body is sent unasked. */
    private static final Duration CONTINUE_TIMEOUT = Duration.ofSeconds(2);

    private final ClientConnection connection;
    private final ClientExchange exchange;

    RequestSender(ClientConnection connection, ClientExchange exchange) {
        this.connection = connection;
        this.exchange = exchange;
    }

    /** Whether all of the request was sent, so that the connection can carry another one. */
    boolean send(byte[] head, CallRequest request) throws IOException {
        boolean plain = !connection.origin().secure();
        BodySender sender = new BodySender(connection.out(), plain, true, exchange::bodyUnwanted);
        if (request.headers().first("Expect").isPresent() && !(request.body() instanceof Body.Empty)) {
            connection.out().give(connection.out().allocate(head.length).writeBytes(head));
            connection.out().awaitAtMost(CONTINUE_TIMEOUT, () -> exchange.goOn() || exchange.decided());
            return !exchange.decided() && sendBody(sender, new byte[0], request.body());
        }
        return sendBody(sender, head, request.body());
    }

    private boolean sendBody(BodySender sender, byte[] head, Body body) throws IOException {
        try {
            return sender.send(head, body);
        } catch (SocketLostException e) {
            // the answer may have come before the connection went: a refusal is worth more than "closed"
            connection.out().await(exchange::decided, () -> 0);
            if (exchange.head() == null) {
                throw e;
            }
            return false;
        }
    }
}
