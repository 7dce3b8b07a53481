package dev.mangrove.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Set;

/**
 * Lets in only who calls this machine by a name of its own. For plain listeners on the loopback, which trust whoever is on
 * the machine: a web page may make its own name mean 127.0.0.1 (DNS rebinding), and would then read here what its visitor
 * may. Over TLS the certificate says the same.
 */
public final class OwnNames implements HttpHandler {
    private static final int MISDIRECTED = 421;
    private static final String REFUSAL =
            "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"this server is for this machine only, and the name it was called by"
                    + " (Host) is none of its own; use 127.0.0.1 or localhost, or add the name to tls.names\"}]}";

    private final HttpHandler next;
    private final Set<String> names;

    private OwnNames(HttpHandler next, Set<String> names) {
        this.next = next;
        this.names = names;
    }

    /**
     * Guards a handler where it has to be.
     *
     * @param listen where the server listens
     * @param names names it has besides those of the loopback
     */
    public static HttpHandler guard(HttpHandler next, InetSocketAddress listen, Set<String> names) {
        InetAddress address = listen.getAddress();
        return address != null && address.isLoopbackAddress() ? new OwnNames(next, names) : next;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        String host = exchange.request().headers().first("Host").orElse("");
        if (host.isEmpty() || isOwn(withoutPort(host.strip().toLowerCase(Locale.ROOT)))) {
            next.handle(exchange); // a browser always says a Host
        } else {
            exchange.respond(Response.text(MISDIRECTED, "application/json", REFUSAL));
        }
    }

    private boolean isOwn(String host) {
        return host.equals("localhost") || host.endsWith(".localhost") || names.contains(host) || isLoopback(host);
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false; // a name
        }
    }

    private static String withoutPort(String host) {
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            return end < 0 ? host : host.substring(1, end);
        }
        int colon = host.indexOf(':');
        return colon < 0 ? host : host.substring(0, colon);
    }
}
