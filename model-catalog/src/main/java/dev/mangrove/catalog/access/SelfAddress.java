package dev.mangrove.catalog.access;

import dev.mangrove.http.RequestHead;
import java.util.regex.Pattern;

/** The URL a client reached this server by, from its Host header: clients refuse a token endpoint on another host. */
final class SelfAddress {
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9._-]{1,253}(:[0-9]{1,5})?|\\[[0-9A-Fa-f:.]{2,45}](:[0-9]{1,5})?");

    private SelfAddress() {}

    /** Without a slash at its end. A Host header that is none yields a URL that leads nowhere. */
    static String of(RequestHead request) {
        String host = request.headers()
                .first("Host")
                .filter(value -> HOST.matcher(value).matches())
                .orElse("localhost");
        return (request.secure() ? "https://" : "http://") + host;
    }
}
