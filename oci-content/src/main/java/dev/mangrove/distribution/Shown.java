package dev.mangrove.distribution;

/** Text from a request, made fit for a message: short and printable. */
final class Shown {
    private static final int MAX_CHARS = 200;

    private Shown() {}

    static String of(String text) {
        StringBuilder shown = new StringBuilder();
        text.chars().limit(MAX_CHARS).forEach(c -> shown.append(c < 0x20 || c == 0x7f ? '?' : (char) c));
        return text.length() > MAX_CHARS ? shown + "..." : shown.toString();
    }
}
