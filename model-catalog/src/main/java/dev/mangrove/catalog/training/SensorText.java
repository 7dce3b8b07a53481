package dev.mangrove.catalog.training;

import java.util.SplittableRandom;

/** Lines that a camera at the edge writes: what the small model learns to continue. */
final class SensorText {
    /** Characters that occur; anything else counts as the first. */
    static final String ALPHABET = " abcdefghijklmnopqrstuvwxyz0123456789.:-\n";

    private static final String[] DAY = {"person", "bicycle", "car", "truck", "dog"};
    private static final String[] NIGHT = {"person", "fox", "headlight", "rain", "truck"};

    private SensorText() {}

    /** What the cameras of the first site saw. */
    static int[] daytime(long seed, int chars) {
        return text(DAY, seed, chars);
    }

    /** What those of another site see: other things, the same form. */
    static int[] night(long seed, int chars) {
        return text(NIGHT, seed, chars);
    }

    private static int[] text(String[] things, long seed, int chars) {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder(chars + 100);
        while (text.length() < chars) {
            text.append("cam").append(random.nextInt(8));
            text.append(' ').append(random.nextInt(10, 24)).append(':').append(random.nextInt(10, 60));
            text.append(' ').append(things[random.nextInt(things.length)]);
            text.append(" 0.").append(random.nextInt(50, 100)).append('\n');
        }
        return text.substring(0, chars)
                .chars()
                .map(c -> Math.max(0, ALPHABET.indexOf(c)))
                .toArray();
    }
}
