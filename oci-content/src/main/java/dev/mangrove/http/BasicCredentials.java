package dev.mangrove.http;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** A user name and its password, as HTTP's Basic scheme sends them. */
public record BasicCredentials(String user, String password) {
    /** From the user information of a URI, percent-decoded. */
    static Optional<BasicCredentials> in(URI uri) {
        String info = uri.getRawUserInfo();
        if (info == null || info.isEmpty()) {
            return Optional.empty();
        }
        int colon = info.indexOf(':');
        String user = colon < 0 ? info : info.substring(0, colon);
        String password = colon < 0 ? "" : info.substring(colon + 1);
        return Optional.of(new BasicCredentials(decoded(user), decoded(password)));
    }

    /** The value of an Authorization or Proxy-Authorization field. */
    public String field() {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "BasicCredentials[" + user + "]";
    }
}
