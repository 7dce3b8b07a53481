package dev.mangrove.distribution.client;

import dev.mangrove.oci.MalformedContentException;
import dev.mangrove.oci.StrictJson;
import java.time.Duration;
import java.time.Instant;

/**
 * A bearer token.
 *
 * @param refreshAt from when on it is better to ask for a new one: after four fifths of its life, by our own clock
 */
record Token(String value, Instant refreshAt) {
    /** Longest token taken, in characters: what still fits a header. */
    static final int MAX_CHARS = 16 * 1024;

    private static final long DEFAULT_LIFE_SECONDS = 60;
    private static final long LONGEST_LIFE_SECONDS = Duration.ofHours(12).toSeconds();

    /**
     * Reads the answer of a token service: {@code token} or {@code access_token}, and {@code expires_in}.
     *
     * @throws MalformedContentException if there is no usable token in it
     */
    static Token parse(byte[] answer, Instant now) {
        String[] found = new String[1];
        long[] lifeSeconds = {DEFAULT_LIFE_SECONDS};
        StrictJson.read(answer, json -> {
            StrictJson.object(json, "token answer", (j, name) -> {
                switch (name) {
                    case "token" -> found[0] = StrictJson.string(j, name);
                    case "access_token" -> found[0] = found[0] == null ? StrictJson.string(j, name) : found[0];
                    case "expires_in" -> lifeSeconds[0] = StrictJson.wholeNumber(j, name);
                    default -> j.skipChildren();
                }
            });
            return found;
        });
        String value = found[0];
        if (value == null || value.length() > MAX_CHARS || !value.matches("[\\x21-\\x7e]+")) {
            throw new MalformedContentException("no usable token in the answer", -1);
        }
        long life = Math.min(lifeSeconds[0] == 0 ? DEFAULT_LIFE_SECONDS : lifeSeconds[0], LONGEST_LIFE_SECONDS);
        return new Token(value, now.plusMillis(life * 800));
    }

    /** Whether it is still good to use. */
    boolean isFresh(Instant now) {
        return now.isBefore(refreshAt);
    }

    @Override
    public String toString() {
        return "Token[until " + refreshAt + "]";
    }
}
