package dev.mangrove.delta.codec;

import java.util.Arrays;

/**
 * How blocks of 32 codes with a common fp16 scale (ggml's Q4_0 and Q8_0) are modelled against the base's blocks.
 *
 * <p>Scales are coded first, as ordered differences. With old and new scale known, a code is predicted as
 * {@code round(code * oldScale / newScale)}; how close that was to the edge between two codes says how likely and in
 * which direction the prediction is wrong, how far the scale moved says how much the block was trained, and the scale
 * itself how many codes the same training moves. Arithmetic is single precision, rounded after each operation.
 */
public final class BlockModel {
    /** Codes of a block. */
    static final int CODES = 32;

    static final int SCALE_BYTES = 2;

    private static final ElementLayout SCALE = new ElementLayout(16, 5, true);
    private static final int EDGES = 9;
    private static final int EDGE_GRID = 16;
    private static final int MOVES = 6;
    private static final int SIZES = 4;

    /** Half octaves of the scale, over and over: a tensor's scales span fewer. */
    private static final int LEVELS = 8;

    private static final int LEVEL_SHIFT = 9;

    private final int codeBits;
    private final int levels;

    /**
     * A model of blocks.
     *
     * @param codeBits bits of a code, 4 or 8
     * @param byScale whether the context of a code has the scale of its block in it
     */
    public BlockModel(int codeBits, boolean byScale) {
        if (codeBits != 4 && codeBits != 8) {
            throw new IllegalArgumentException("codes of " + codeBits + " bits");
        }
        this.codeBits = codeBits;
        this.levels = byScale ? LEVELS : 1;
    }

    /** Number of contexts; context 0 is that of scales. */
    public int contexts() {
        return 1 + MOVES * EDGES * SIZES * levels;
    }

    /** The counts that the same blocks have without the scale in their contexts. */
    static int[] pooled(int[] byScale) {
        int symbols = symbols();
        int[] pooled = Arrays.copyOf(byScale, symbols + (byScale.length - symbols) / LEVELS);
        Arrays.fill(pooled, symbols, pooled.length, 0);
        for (int at = symbols; at < byScale.length; at++) {
            int context = (at / symbols - 1) / LEVELS + 1;
            pooled[context * symbols + at % symbols] += byScale[at];
        }
        return pooled;
    }

    /** Number of symbols. */
    public static int symbols() {
        return SCALE.symbols();
    }

    int blockBytes() {
        return SCALE_BYTES + CODES * codeBits / 8;
    }

    static int scaleAt(byte[] bytes, int block) {
        return (char) LittleEndian.SHORT.get(bytes, block);
    }

    static void putScale(byte[] bytes, int block, int scale) {
        LittleEndian.SHORT.set(bytes, block, (char) scale);
    }

    static int scaleDifference(int old, int now) {
        return SCALE.order(now) - SCALE.order(old);
    }

    static int movedScale(int old, int difference) {
        return SCALE.unorder(SCALE.order(old) + difference);
    }

    /** Reads the signed codes of a block. Four-bit codes are stored with 8 added, the first half in the low nibbles. */
    void load(byte[] bytes, int block, int[] codes, int at) {
        int from = block + SCALE_BYTES;
        if (codeBits == 8) {
            for (int i = 0; i < CODES; i++) {
                codes[at + i] = bytes[from + i];
            }
        } else {
            for (int i = 0; i < CODES / 2; i++) {
                codes[at + i] = (bytes[from + i] & 15) - 8;
                codes[at + CODES / 2 + i] = ((bytes[from + i] >> 4) & 15) - 8;
            }
        }
    }

    /** Writes the codes of a block; only the bits that a code has count. */
    void store(int[] codes, int at, byte[] bytes, int block) {
        int from = block + SCALE_BYTES;
        if (codeBits == 8) {
            for (int i = 0; i < CODES; i++) {
                bytes[from + i] = (byte) codes[at + i];
            }
        } else {
            for (int i = 0; i < CODES / 2; i++) {
                int low = (codes[at + i] + 8) & 15;
                int high = (codes[at + CODES / 2 + i] + 8) & 15;
                bytes[from + i] = (byte) (high << 4 | low);
            }
        }
    }

    /**
     * Contexts and predictions of one block.
     *
     * @param codes the base's codes; replaced by the predicted ones times two, plus one if the residual is to be mirrored
     */
    void fill(int oldScale, int newScale, int[] codes, int at, int[] contexts) {
        float old = Float.float16ToFloat((short) oldScale);
        float now = Float.float16ToFloat((short) newScale);
        int move =
                Math.min(MOVES - 1, 32 - Integer.numberOfLeadingZeros(Math.abs(scaleDifference(oldScale, newScale))));
        int level = ((newScale & 0x7fff) >> LEVEL_SHIFT) % levels;
        int top = (1 << (codeBits - 1)) - 1;
        boolean usable = Math.abs(old) <= Float.MAX_VALUE && Math.abs(now) <= Float.MAX_VALUE && now != 0;
        for (int i = at; i < at + CODES; i++) {
            int code = codes[i];
            float wanted = usable ? code * old / now : code;
            int predicted = (int) Math.clamp((float) Math.floor(wanted + 0.5f), -top - 1, top);
            float beyond = wanted - predicted;
            int edge = move == 0 ? EDGES - 1 : Math.min(EDGES - 2, (int) (Math.abs(beyond) * EDGE_GRID));
            int size = sizeOf(Math.abs(code));
            contexts[i] = 1 + ((move * EDGES + edge) * SIZES + size) * levels + level;
            codes[i] = predicted << 1 | (beyond < 0 ? 1 : 0);
        }
    }

    private int sizeOf(int magnitude) {
        int scaled = codeBits == 4 ? magnitude : magnitude >> 4;
        return scaled == 0 ? 0 : scaled < 3 ? 1 : scaled < 7 ? 2 : 3;
    }
}
