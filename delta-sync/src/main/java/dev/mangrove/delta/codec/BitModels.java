package dev.mangrove.delta.codec;

import java.util.Arrays;

/** The adaptive models of {@link BinaryEncoder} and {@link BinaryDecoder}. */
public final class BitModels {
    /** After that many bits a model forgets exponentially instead of averaging. */
    public static final int LIMIT = 127;

    private static final int START = 1 << 31;
    private static final int MIN = 32 << 16;
    private static final int MAX = (65536 - 32) << 16;
    private static final int[] SHARE = new int[LIMIT + 1];

    static {
        for (int n = 0; n <= LIMIT; n++) {
            SHARE[n] = (int) (65536 / (n + 1.6));
        }
    }

    private BitModels() {}

    /** Fresh models: both bits equally likely, nothing learnt. */
    public static int[] create(int count) {
        int[] models = new int[count];
        Arrays.fill(models, START);
        return models;
    }

    /** The state after a bit. The 22 upper bits are P(0), the 10 lower the count. */
    static int next(int state, int bit) {
        int count = state & 0x3ff;
        long probability = (state & 0xfffffc00) & 0xffffffffL;
        long target = bit == 0 ? 0xffffffffL : 0;
        probability += ((target - probability) * SHARE[count]) >> 16;
        long kept = Math.clamp(probability, MIN & 0xffffffffL, MAX & 0xffffffffL);
        return (int) (kept & 0xfffffc00L) | Math.min(LIMIT, count + 1);
    }
}
