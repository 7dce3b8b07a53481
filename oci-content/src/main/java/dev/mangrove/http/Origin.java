package dev.mangrove.http;

import java.net.URI;
import java.util.Locale;

/**
 * What credentials and connections are bound to: scheme, host and port.
 *
 * @param host lower case; an IPv6 address without brackets
 */
record Origin(boolean secure, String host, int port) {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /**
     * The origin of an absolute URI.
     *
     * @throws IllegalArgumentException if the URI is not {@code http} or {@code https}, or names no host
     */
    static Origin of(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("not an http or https URL: " + withoutQuery(uri));
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("a URL without a host: " + withoutQuery(uri));
        }
        boolean secure = scheme.equals("https");
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? HTTPS_PORT : HTTP_PORT;
        return new Origin(secure, host, port);
    }

    /** Host and port as the Host field of a request has them. */
    String hostField() {
        String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return port == (secure ? HTTPS_PORT : HTTP_PORT) ? name : name + ":" + port;
    }

    @Override
    public String toString() {
        return (secure ? "https://" : "http://") + hostField();
    }

    /** For messages: queries may hold signatures and tokens, user information holds passwords. */
    static String withoutQuery(URI uri) {
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + uri.getHost() + port + path;
    }
}
