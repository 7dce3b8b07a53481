package dev.mangrove.http;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A company's proxies, by the conventions of curl: {@code HTTPS_PROXY}, {@code HTTP_PROXY}, {@code NO_PROXY}.
 *
 * @param forHttp proxy of plain requests: {@code http://[user:password@]host:port}
 * @param forHttps proxy that tunnels to https servers
 * @param direct hosts reached without one: a name stands for itself and all below it, {@code *} for every host
 */
public record ProxySettings(Optional<URI> forHttp, Optional<URI> forHttps, List<String> direct) {
    public ProxySettings {
        Stream.concat(forHttp.stream(), forHttps.stream()).forEach(ProxySettings::check);
        direct = direct.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
    }

    /** Every server directly. */
    public static ProxySettings none() {
        return new ProxySettings(Optional.empty(), Optional.empty(), List.of());
    }

    /** From environment variables, in capitals or not. */
    public static ProxySettings fromEnvironment(Map<String, String> environment) {
        List<String> direct = Stream.of(
                        variable(environment, "no_proxy").orElse("").split("[,\\s]+"))
                .filter(host -> !host.isEmpty())
                .toList();
        return new ProxySettings(
                variable(environment, "http_proxy").map(ProxySettings::parse),
                variable(environment, "https_proxy").map(ProxySettings::parse),
                direct);
    }

    /** The proxy on the way to a server, if any. The loopback is always reached directly. */
    Optional<URI> onTheWayTo(Origin origin) {
        return isDirect(origin) ? Optional.empty() : origin.secure() ? forHttps : forHttp;
    }

    private boolean isDirect(Origin origin) {
        String host = origin.host();
        if (host.equals("localhost") || host.equals("::1") || host.startsWith("127.")) {
            return true;
        }
        return direct.stream().anyMatch(entry -> covers(entry, host, origin.port()));
    }

    private static boolean covers(String entry, String host, int port) {
        if (entry.equals("*")) {
            return true;
        }
        String name = entry;
        int colon = entry.lastIndexOf(':');
        if (colon > 0 && entry.indexOf(':') == colon) {
            if (!entry.substring(colon + 1).equals(Integer.toString(port))) {
                return false;
            }
            name = entry.substring(0, colon);
        }
        name = name.startsWith("*.") ? name.substring(2) : name.startsWith(".") ? name.substring(1) : name;
        return host.equals(name) || host.endsWith("." + name);
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Stream.of(name, name.toUpperCase(Locale.ROOT))
                .map(environment::get)
                .filter(value -> value != null && !value.isBlank())
                .findFirst();
    }

    private static URI parse(String text) {
        return URI.create(text.contains("://") ? text : "http://" + text);
    }

    private static void check(URI proxy) {
        if (!"http".equalsIgnoreCase(proxy.getScheme()) || proxy.getHost() == null) {
            throw new IllegalArgumentException("not a proxy this program can use: " + Origin.withoutQuery(proxy)
                    + "; give http://[user:password@]host:port");
        }
    }

    @Override
    public String toString() {
        return "ProxySettings[" + forHttp.map(Origin::withoutQuery) + ", " + forHttps.map(Origin::withoutQuery) + "]";
    }
}
