package dev.mangrove.http;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a caller allows the servers it talks to.
 *
 * @param userAgent sent where the request has none
 * @param maxConnectionsPerOrigin open at once, idle ones included; a call beyond it waits for one
 * @param connectTimeout for TCP, a proxy's CONNECT and the TLS handshake, each
 * @param stallTimeout for an answer or a body of which no byte moves
 * @param idleTimeout how long a connection is kept for the next call
 * @param maxHeaderBytes of an answer's head
 * @param certificateAuthorities PEM files of authorities trusted besides those of the system
 * @param proxies how to reach the world from inside a company
 */
public record CallerOptions(
        String userAgent,
        int maxConnectionsPerOrigin,
        Duration connectTimeout,
        Duration stallTimeout,
        Duration idleTimeout,
        int maxHeaderBytes,
        List<Path> certificateAuthorities,
        ProxySettings proxies) {
    private static final int MAX_CONNECTIONS_PER_ORIGIN = 64;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_HEADER_BYTES = 64 * 1024;

    public CallerOptions {
        if (maxConnectionsPerOrigin < 1 || maxHeaderBytes < 1) {
            throw new IllegalArgumentException("the limits of a caller must be positive");
        }
        certificateAuthorities = List.copyOf(certificateAuthorities);
    }

    /** The usual limits, direct connections, the system's authorities. */
    public static CallerOptions usual() {
        return new CallerOptions(
                "mangrove",
                MAX_CONNECTIONS_PER_ORIGIN,
                CONNECT_TIMEOUT,
                STALL_TIMEOUT,
                IDLE_TIMEOUT,
                MAX_HEADER_BYTES,
                List.of(),
                ProxySettings.none());
    }

    /** A copy that goes through proxies. */
    public CallerOptions with(ProxySettings settings) {
        return new CallerOptions(
                userAgent,
                maxConnectionsPerOrigin,
                connectTimeout,
                stallTimeout,
                idleTimeout,
                maxHeaderBytes,
                certificateAuthorities,
                settings);
    }

    /** A copy that trusts the authorities in these PEM files besides the system's. */
    public CallerOptions trusting(List<Path> files) {
        return new CallerOptions(
                userAgent,
                maxConnectionsPerOrigin,
                connectTimeout,
                stallTimeout,
                idleTimeout,
                maxHeaderBytes,
                files,
                proxies);
    }

    /** A copy with another no-progress limit. */
    public CallerOptions stallingAfter(Duration timeout) {
        return new CallerOptions(
                userAgent,
                maxConnectionsPerOrigin,
                connectTimeout,
                timeout,
                idleTimeout,
                maxHeaderBytes,
                certificateAuthorities,
                proxies);
    }
}
