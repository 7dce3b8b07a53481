package dev.mangrove.distribution.client;

import dev.mangrove.oci.InvalidNameException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Scheme, host and port of a server: what a credential is bound to (RFC 6454). */
public record WebOrigin(String scheme, String host, int port) {
    /** Names under which anyone can get a host of their own: two hosts there share nothing. A part of publicsuffix.org. */
    private static final Set<String> SHARED_SUFFIXES = Set.of(
            "azurecr.io",
            "amazonaws.com",
            "github.io",
            "gitlab.io",
            "run.app",
            "web.app",
            "appspot.com",
            "cloudfront.net",
            "azurewebsites.net",
            "herokuapp.com",
            "pages.dev",
            "workers.dev",
            "fly.dev",
            "ngrok.io",
            "ngrok.app",
            "vercel.app",
            "netlify.app",
            "onrender.com",
            "duckdns.org",
            "sslip.io",
            "nip.io");

    /** Second levels that countries hand out below: {@code co.uk}, {@code com.au}. */
    private static final Set<String> COUNTRY_SECOND_LEVELS =
            Set.of("ac", "co", "com", "edu", "gob", "gov", "go", "gv", "mil", "ne", "net", "nom", "or", "org", "sch");

    public WebOrigin {
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new InvalidNameException("URL", scheme, "expected http or https");
        }
        host = host.toLowerCase(Locale.ROOT);
    }

    /** The origin of an absolute URL. */
    public static WebOrigin of(URI url) {
        String scheme = url.getScheme();
        String host = url.getHost();
        if (scheme == null || host == null) {
            throw new InvalidNameException("URL", url.toString(), "expected http://HOST or https://HOST");
        }
        String lower = scheme.toLowerCase(Locale.ROOT);
        int port = url.getPort() >= 0 ? url.getPort() : lower.equals("http") ? 80 : 443;
        return new WebOrigin(lower, host, port);
    }

    /**
     * Whether both belong to one owner as far as names tell: the same host, or hosts under the same registrable domain.
     * Errs towards no; what it does not see, configuration can say. Leaving TLS is never the same site.
     */
    public boolean isSameSite(WebOrigin other) {
        if (scheme.equals("https") && !other.scheme.equals("https")) {
            return false;
        }
        return host.equals(other.host)
                || (isName(host) && isName(other.host) && site(host).equals(site(other.host)));
    }

    private static boolean isName(String host) {
        return host.indexOf('.') > 0 && host.indexOf(':') < 0 && !Character.isDigit(host.charAt(host.length() - 1));
    }

    private static String site(String host) {
        List<String> labels = List.of(host.split("\\.", -1));
        int kept = 2;
        if (labels.size() >= 3
                && labels.getLast().length() == 2
                && COUNTRY_SECOND_LEVELS.contains(labels.get(labels.size() - 2))) {
            kept = 3;
        }
        String domain = String.join(".", labels.subList(Math.max(0, labels.size() - kept), labels.size()));
        return SHARED_SUFFIXES.contains(domain) ? host : domain;
    }

    /** {@code host} or, where the port is not the scheme's own, {@code host:port}. */
    public String authority() {
        boolean usual = port == (scheme.equals("http") ? 80 : 443);
        return usual ? host : host + ":" + port;
    }

    @Override
    public String toString() {
        return scheme + "://" + authority();
    }
}
