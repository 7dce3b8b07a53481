package dev.mangrove.distribution.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One way to log in that a server offers in {@code WWW-Authenticate} (RFC 9110, 11.6.1). The reader is tolerant, since
 * registries are not: unquoted values, any order, spaces anywhere, several challenges in one header.
 *
 * @param scheme in lower case, for example {@code bearer}
 * @param parameters names in lower case
 */
public record Challenge(String scheme, Map<String, String> parameters) {
    private static final int MAX_HEADER_CHARS = 8 * 1024;

    public Challenge {
        parameters = Map.copyOf(parameters);
    }

    /** The value of a parameter. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** All challenges of these header values, in order; what cannot be read is left out. */
    public static List<Challenge> parse(List<String> values) {
        List<Challenge> found = new ArrayList<>();
        for (String value : values) {
            if (value.length() <= MAX_HEADER_CHARS) {
                new Scan(value, found).run();
            }
        }
        return found;
    }

    private static final class Scan {
        private final String text;
        private final List<Challenge> found;
        private int at;

        Scan(String text, List<Challenge> found) {
            this.text = text;
            this.found = found;
        }

        void run() {
            String scheme = "";
            Map<String, String> parameters = new LinkedHashMap<>();
            while (skipSeparators()) {
                String word = token();
                if (word.isEmpty()) {
                    at++; // not a token character: skip what makes no sense
                } else if (isAssignment()) {
                    parameters.putIfAbsent(word.toLowerCase(Locale.ROOT), value());
                } else {
                    add(scheme, parameters);
                    scheme = word.toLowerCase(Locale.ROOT);
                    parameters = new LinkedHashMap<>();
                }
            }
            add(scheme, parameters);
        }

        private void add(String scheme, Map<String, String> parameters) {
            if (!scheme.isEmpty()) {
                found.add(new Challenge(scheme, parameters));
            }
        }

        private boolean skipSeparators() {
            while (at < text.length() && (text.charAt(at) == ',' || Character.isWhitespace(text.charAt(at)))) {
                at++;
            }
            return at < text.length();
        }

        private String token() {
            int start = at;
            while (at < text.length() && isTokenCharacter(text.charAt(at))) {
                at++;
            }
            return text.substring(start, at);
        }

        private boolean isAssignment() {
            int after = at;
            while (after < text.length() && Character.isWhitespace(text.charAt(after))) {
                after++;
            }
            if (after < text.length() && text.charAt(after) == '=') {
                at = after + 1;
                return true;
            }
            return false;
        }

        private String value() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            return at < text.length() && text.charAt(at) == '"' ? quoted() : bare();
        }

        private String quoted() {
            StringBuilder value = new StringBuilder();
            for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                value.append(text.charAt(at));
            }
            at++;
            return value.toString();
        }

        private String bare() {
            int start = at;
            while (at < text.length() && text.charAt(at) != ',' && !Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            return text.substring(start, at);
        }

        private static boolean isTokenCharacter(char c) {
            return Character.isLetterOrDigit(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
        }
    }
}
