package dev.mangrove.http;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;

/** What the connections of one server share. Safe for any thread. */
final class ServerContext {
    private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final ServerOptions options;
    private final HttpHandler handler;
    private final InstantSource clock;
    private final System.Logger log = System.getLogger(HttpServer.class.getName());
    private final Set<ServerConnection> connections = ConcurrentHashMap.newKeySet();
    private final ThreadFactory threads = Thread.ofVirtual().name("request-", 0).factory();
    private final LongAdder receivedBytes = new LongAdder();
    private volatile boolean draining;
    private volatile DateOfSecond date = new DateOfSecond(Long.MIN_VALUE, "");

    private record DateOfSecond(long epochSecond, String text) {}

    ServerContext(ServerOptions options, HttpHandler handler, InstantSource clock) {
        this.options = options;
        this.handler = handler;
        this.clock = clock;
    }

    ServerOptions options() {
        return options;
    }

    HttpHandler handler() {
        return handler;
    }

    boolean secure() {
        return options.tls().isPresent();
    }

    System.Logger log() {
        return log;
    }

    Set<ServerConnection> connections() {
        return connections;
    }

    ThreadFactory threads() {
        return threads;
    }

    boolean draining() {
        return draining;
    }

    void drain() {
        draining = true;
    }

    void received(int bytes) {
        receivedBytes.add(bytes);
    }

    /** Changes while any client gives or takes bytes. */
    long progress() {
        return receivedBytes.sum()
                + connections.stream().mapToLong(ServerConnection::progress).sum();
    }

    /** The Date field; formatted once a second. */
    String date() {
        long second = Math.floorDiv(clock.millis(), 1000);
        DateOfSecond known = date;
        if (known.epochSecond != second) {
            known = new DateOfSecond(second, IMF_FIXDATE.format(Instant.ofEpochSecond(second)));
            date = known;
        }
        return known.text;
    }
}
