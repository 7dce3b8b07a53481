package dev.mangrove.cli;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * What the values of a setting look like.
 *
 * @param name how the reference calls it
 */
record ValueKind(String name, Check check) {
    static final ValueKind TEXT = new ValueKind("text", text -> {
        if (text.isBlank()) {
            throw new IllegalArgumentException("must not be empty");
        }
    });
    static final ValueKind AMOUNT = new ValueKind("size", Amount::parse);
    static final ValueKind RATE = new ValueKind("rate", Rate::parse);
    static final ValueKind DURATION = new ValueKind("duration", Durations::parse);
    static final ValueKind ADDRESS = new ValueKind("host:port", HostPort::parse);
    static final ValueKind URL = new ValueKind("URL", ValueKind::checkUrl);
    static final ValueKind PATH = new ValueKind("path", ValueKind::checkPath);
    static final ValueKind SWITCH = oneOf("true", "false");

    /** Throws {@code IllegalArgumentException} with a readable message if a value is not of the kind. */
    @FunctionalInterface
    interface Check {
        void check(String text);
    }

    static ValueKind oneOf(String... choices) {
        List<String> all = List.of(choices);
        return new ValueKind(String.join(", ", all), text -> {
            if (!all.contains(text)) {
                throw new IllegalArgumentException("\"" + text + "\" is not one of " + String.join(", ", all));
            }
        });
    }

    private static void checkUrl(String text) {
        try {
            URI uri = URI.create(text);
            String scheme = String.valueOf(uri.getScheme());
            if ((scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null) {
                if (uri.getUserInfo() != null) {
                    throw new IllegalArgumentException(
                            "a URL holds no password; use the username and password-file keys");
                }
                return;
            }
        } catch (IllegalArgumentException e) {
            if (!(e.getCause() instanceof java.net.URISyntaxException)) {
                throw e;
            }
        }
        throw new IllegalArgumentException(
                "\"" + text + "\" is not a URL; expected for example https://hub.example:7979");
    }

    private static void checkPath(String text) {
        try {
            if (Path.of(text).toString().isBlank()) {
                throw new IllegalArgumentException("must not be empty");
            }
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a path", e);
        }
    }
}
