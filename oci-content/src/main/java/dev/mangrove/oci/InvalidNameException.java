package dev.mangrove.oci;

/** A digest, name, tag, reference or media type from outside that does not follow its grammar. */
public final class InvalidNameException extends IllegalArgumentException {
    private static final int SHOWN_CHARS = 200;
    private final String kind;

    /**
     * @param kind what was read, for example {@code digest}
     * @param text the offending text; shortened in the message
     * @param why what was expected instead
     */
    public InvalidNameException(String kind, String text, String why) {
        super("invalid " + kind + " \"" + shortened(text) + "\": " + why);
        this.kind = kind;
    }

    /** What was read: {@code digest}, {@code repository}, {@code tag}, ... */
    public String kind() {
        return kind;
    }

    private static String shortened(String text) {
        StringBuilder shown = new StringBuilder();
        text.chars().limit(SHOWN_CHARS).forEach(c -> shown.append(c < 0x20 || c == 0x7f ? '?' : (char) c));
        return text.length() > SHOWN_CHARS ? shown + "..." : shown.toString();
    }
}
