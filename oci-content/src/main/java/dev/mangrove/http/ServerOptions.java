package dev.mangrove.http;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a server listens and what it lets one client take.
 *
 * @param listen address; port 0 takes a free one
 * @param tls how it proves who it is; empty for plain HTTP
 * @param maxConnections connections open at once; one more is answered 503 and closed
 * @param maxRequestLineBytes a longer request line is answered 414
 * @param maxHeaderBytes more header bytes than that, or more than 200 fields, are answered 431
 * @param headTimeout for the whole head of a request, from its first byte
 * @param idleTimeout between two requests of a connection
 * @param stallTimeout for a body, in either direction, of which no byte moves
 * @param drainTimeout how long {@link HttpServer#close} waits while no byte moves in any request under way
 */
public record ServerOptions(
        InetSocketAddress listen,
        Optional<ServerTls> tls,
        int maxConnections,
        int maxRequestLineBytes,
        int maxHeaderBytes,
        Duration headTimeout,
        Duration idleTimeout,
        Duration stallTimeout,
        Duration drainTimeout) {
    private static final int MAX_CONNECTIONS = 16_384;
    private static final int HEAP_PARTS_PER_HEADS = 4;
    private static final int MAX_REQUEST_LINE_BYTES = 16 * 1024;
    private static final int MAX_HEADER_BYTES = 32 * 1024;
    private static final Duration HEAD_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration STALL_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(10);

    public ServerOptions {
        if (maxConnections < 1 || maxRequestLineBytes < 1 || maxHeaderBytes < 1) {
            throw new IllegalArgumentException("the limits of a server must be positive");
        }
    }

    /**
     * As many connections as may all hold the worst head and leave three quarters of the heap to what the process is for.
     */
    static int connectionsFor(long heapBytes) {
        long connections = heapBytes / HEAP_PARTS_PER_HEADS / worstHeadBytes(MAX_REQUEST_LINE_BYTES, MAX_HEADER_BYTES);
        return Math.clamp(connections, 1, MAX_CONNECTIONS);
    }

    /** Names of fields are there as bytes and as text, and the decoder keeps a buffer as long as the longest field it saw. */
    private static long worstHeadBytes(int requestLineBytes, int headerBytes) {
        return requestLineBytes + 3L * headerBytes + (long) CountedFields.MAX_FIELDS * CountedFields.BYTES_PER_FIELD;
    }

    /** The usual limits at an address, over plain HTTP. */
    public static ServerOptions at(InetSocketAddress listen) {
        return new ServerOptions(
                listen,
                Optional.empty(),
                connectionsFor(Runtime.getRuntime().maxMemory()),
                MAX_REQUEST_LINE_BYTES,
                MAX_HEADER_BYTES,
                HEAD_TIMEOUT,
                IDLE_TIMEOUT,
                STALL_TIMEOUT,
                DRAIN_TIMEOUT);
    }

    /** A copy that speaks TLS. */
    public ServerOptions with(ServerTls encryption) {
        return new ServerOptions(
                listen,
                Optional.of(encryption),
                maxConnections,
                maxRequestLineBytes,
                maxHeaderBytes,
                headTimeout,
                idleTimeout,
                stallTimeout,
                drainTimeout);
    }

    /** A copy with another limit on connections. */
    public ServerOptions allowing(int connections) {
        return new ServerOptions(
                listen,
                tls,
                connections,
                maxRequestLineBytes,
                maxHeaderBytes,
                headTimeout,
                idleTimeout,
                stallTimeout,
                drainTimeout);
    }

    /** A copy with other time limits. */
    public ServerOptions within(Duration head, Duration idle, Duration stall, Duration drain) {
        return new ServerOptions(
                listen, tls, maxConnections, maxRequestLineBytes, maxHeaderBytes, head, idle, stall, drain);
    }
}
