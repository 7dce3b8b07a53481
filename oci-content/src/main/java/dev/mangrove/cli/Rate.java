package dev.mangrove.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A speed of a link, in bits per second: {@code 64kbit}, {@code 2Mbit}, {@code 1Gbit}. */
public record Rate(long bitsPerSecond) {
    private static final Pattern GRAMMAR = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?(k|m|g)?bit(?:/s)?");

    /** Reads one, for example from the configuration. */
    public static Rate parse(String text) {
        Matcher matcher = GRAMMAR.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a rate; expected for example 64kbit or 2Mbit");
        }
        String unit = matcher.group(2) == null ? "" : matcher.group(2);
        long scale =
                switch (unit) {
                    case "k" -> 1_000;
                    case "m" -> 1_000_000;
                    case "g" -> 1_000_000_000;
                    default -> 1;
                };
        return new Rate(Math.round(Double.parseDouble(matcher.group(1)) * scale));
    }
}
