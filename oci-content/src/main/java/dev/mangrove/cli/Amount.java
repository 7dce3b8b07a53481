package dev.mangrove.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, or a share of a whole that is only known later: {@code 100GB}, {@code 512MiB}, {@code 5%}. Units with
 * {@code B} or a bare letter count in thousands, units with {@code iB} in 1024s.
 *
 * @param bytes the number of bytes; 0 if this is a share
 * @param share the part of the whole, from 0 to 1; negative if this is a number of bytes
 */
public record Amount(long bytes, double share) {
    private static final Pattern GRAMMAR = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?([A-Za-z]*|%)");
    private static final Map<String, Long> UNITS = Map.ofEntries(
            Map.entry("", 1L),
            Map.entry("b", 1L),
            Map.entry("k", 1_000L),
            Map.entry("kb", 1_000L),
            Map.entry("m", 1_000_000L),
            Map.entry("mb", 1_000_000L),
            Map.entry("g", 1_000_000_000L),
            Map.entry("gb", 1_000_000_000L),
            Map.entry("t", 1_000_000_000_000L),
            Map.entry("tb", 1_000_000_000_000L),
            Map.entry("kib", 1L << 10),
            Map.entry("mib", 1L << 20),
            Map.entry("gib", 1L << 30),
            Map.entry("tib", 1L << 40));

    private static final List<String> SHOWN_UNITS = List.of("B", "kB", "MB", "GB", "TB");

    /** Reads one, for example from the configuration. */
    public static Amount parse(String text) {
        Matcher matcher = GRAMMAR.matcher(text.strip());
        if (!matcher.matches()) {
            throw expected(text);
        }
        double number = Double.parseDouble(matcher.group(1));
        String unit = matcher.group(2).toLowerCase(Locale.ROOT);
        if (unit.equals("%")) {
            if (number > 100) {
                throw expected(text);
            }
            return new Amount(0, number / 100);
        }
        Long scale = UNITS.get(unit);
        if (scale == null || number * scale > Long.MAX_VALUE) {
            throw expected(text);
        }
        return new Amount(Math.round(number * scale), -1);
    }

    /** The number of bytes this is of a whole of {@code totalBytes}. */
    public long of(long totalBytes) {
        return share < 0 ? bytes : Math.round(totalBytes * share);
    }

    /** A number of bytes for people: {@code 1.9 GB}, {@code 212 MB}, {@code 17 B}. */
    public static String text(long bytes) {
        double shown = bytes;
        int unit = 0;
        while (shown >= 999.5 && unit < SHOWN_UNITS.size() - 1) {
            shown /= 1000;
            unit++;
        }
        boolean tenths = unit > 0 && shown < 9.95;
        return String.format(Locale.ROOT, tenths ? "%.1f %s" : "%.0f %s", shown, SHOWN_UNITS.get(unit));
    }

    private static IllegalArgumentException expected(String text) {
        return new IllegalArgumentException("\"" + text + "\" is not a size; expected for example 100GB, 512MiB or 5%");
    }
}
