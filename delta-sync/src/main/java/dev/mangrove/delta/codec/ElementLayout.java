package dev.mangrove.delta.codec;

/**
 * The bits of one little-endian element.
 *
 * <p>Differences are taken between ordered integers: bit patterns mapped so that their order as unsigned numbers is the
 * order of the values they stand for, which makes neighbouring values differ by one.
 *
 * @param width bits of an element: 8, 16 or 32
 * @param exponentBits bits of the exponent, 0 for integers
 * @param signed whether the top bit is a sign
 * @param form how the element stands in the file
 */
public record ElementLayout(int width, int exponentBits, boolean signed, ElementForm form) {
    /** Added to every exponent so that scales below one unit in the last place stay positive. */
    static final int EXPONENT_BIAS = 16;

    /** Checks the combination. */
    public ElementLayout {
        if (width != 8 && width != 16 && width != 32) {
            throw new IllegalArgumentException("width " + width);
        }
        if (exponentBits < 0 || exponentBits > 8 || (exponentBits > 0 && !signed)) {
            throw new IllegalArgumentException("exponent of " + exponentBits + " bits");
        }
    }

    /** Elements that stand in the file as they are. */
    public ElementLayout(int width, int exponentBits, boolean signed) {
        this(width, exponentBits, signed, ElementForm.PLAIN);
    }

    /** Whether elements are floating point numbers. */
    public boolean isFloat() {
        return exponentBits > 0;
    }

    /** Explicit bits of the significand; for integers the width. */
    public int mantissaBits() {
        return isFloat() ? width - 1 - exponentBits : width;
    }

    /** Bytes of an element in the file. */
    public int bytes() {
        return form == ElementForm.PLAIN ? width >> 3 : form.bytes();
    }

    /** Number of symbols that differences of such elements, minus a prediction of as many bits, can take. */
    public int symbols() {
        return MagnitudeCode.symbolsFor(Math.min(32, width + 1));
    }

    /** Reads elements; each lands in the low {@link #width} bits of an int. */
    public void load(byte[] source, int from, int[] bits, int at, int count) {
        if (form != ElementForm.PLAIN) {
            for (int i = 0; i < count; i++) {
                bits[at + i] = form.load(source, from + i * form.bytes());
            }
            return;
        }
        switch (width) {
            case 8 -> {
                for (int i = 0; i < count; i++) {
                    bits[at + i] = source[from + i] & 0xff;
                }
            }
            case 16 -> {
                for (int i = 0; i < count; i++) {
                    bits[at + i] = (char) LittleEndian.SHORT.get(source, from + 2 * i);
                }
            }
            default -> {
                for (int i = 0; i < count; i++) {
                    bits[at + i] = (int) LittleEndian.INT.get(source, from + 4 * i);
                }
            }
        }
    }

    /** Writes elements, the opposite of {@link #load}. */
    public void store(int[] bits, int at, byte[] target, int from, int count) {
        if (form != ElementForm.PLAIN) {
            for (int i = 0; i < count; i++) {
                form.store(bits[at + i], target, from + i * form.bytes());
            }
            return;
        }
        switch (width) {
            case 8 -> {
                for (int i = 0; i < count; i++) {
                    target[from + i] = (byte) bits[at + i];
                }
            }
            case 16 -> {
                for (int i = 0; i < count; i++) {
                    LittleEndian.SHORT.set(target, from + 2 * i, (char) bits[at + i]);
                }
            }
            default -> {
                for (int i = 0; i < count; i++) {
                    LittleEndian.INT.set(target, from + 4 * i, bits[at + i]);
                }
            }
        }
    }

    /** The ordered integer of a bit pattern. */
    public int order(int bits) {
        return (bits ^ ((-(bits >>> (width - 1)) & floatMask()) | top())) & full();
    }

    /** The bit pattern of an ordered integer, of which the low {@link #width} bits count. */
    public int unorder(int ordered) {
        int low = ordered & full();
        return (low ^ ((((low >>> (width - 1)) - 1) & floatMask()) | top())) & full();
    }

    /**
     * Differences of ordered integers, mirrored where the prediction is negative, minus the prediction's magnitude.
     *
     * @param predictions as {@link DifferenceModel#fill} makes them
     */
    void residuals(int[] base, int[] target, int[] predictions, int[] residuals, int count) {
        int shift = width - 1;
        int mask = floatMask();
        int top = top();
        int full = full();
        for (int i = 0; i < count; i++) {
            int old = (base[i] ^ ((-(base[i] >>> shift) & mask) | top)) & full;
            int now = (target[i] ^ ((-(target[i] >>> shift) & mask) | top)) & full;
            int sign = -(predictions[i] & 1);
            residuals[i] = ((now - old) ^ sign) - sign - (predictions[i] >>> 1);
        }
    }

    /** Turns bases into targets: the opposite of {@link #residuals}. */
    void restore(int[] bits, int[] predictions, int[] residuals, int count) {
        int shift = width - 1;
        int mask = floatMask();
        int top = top();
        int full = full();
        for (int i = 0; i < count; i++) {
            int sign = -(predictions[i] & 1);
            int folded = residuals[i] + (predictions[i] >>> 1);
            int old = (bits[i] ^ ((-(bits[i] >>> shift) & mask) | top)) & full;
            int now = (old + (folded ^ sign) - sign) & full;
            bits[i] = (now ^ ((((now >>> shift) - 1) & mask) | top)) & full;
        }
    }

    private int floatMask() {
        return isFloat() ? -1 : 0;
    }

    private int top() {
        return signed ? 1 << (width - 1) : 0;
    }

    private int full() {
        return -1 >>> (32 - width);
    }

    /** Log2 of the unit in the last place, in a scale of this layout's own; the same for all integers. */
    int exponent(int bits) {
        if (!isFloat()) {
            return EXPONENT_BIAS;
        }
        int exponent = (bits >>> mantissaBits()) & ((1 << exponentBits) - 1);
        return Math.max(1, exponent) + EXPONENT_BIAS;
    }

    /** Log2 of what {@link #toFloats} has to be multiplied with to come to the scale of {@link #exponent}. */
    int unitLog2() {
        return isFloat() ? (1 << (exponentBits - 1)) - 1 + mantissaBits() + EXPONENT_BIAS : EXPONENT_BIAS;
    }

    /** The values of elements; infinities and NaN count as zero. */
    public void toFloats(int[] bits, int at, int count, float[] values, int to) {
        if (exponentBits == 8) {
            int shift = 32 - width;
            for (int i = 0; i < count; i++) {
                float value = Float.intBitsToFloat(bits[at + i] << shift);
                values[to + i] = Math.abs(value) <= Float.MAX_VALUE ? value : 0;
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            float value = toFloat(bits[at + i]);
            values[to + i] = Math.abs(value) <= Float.MAX_VALUE ? value : 0;
        }
    }

    private float toFloat(int bits) {
        if (!isFloat()) {
            return signed ? bits << (32 - width) >> (32 - width) : bits;
        }
        return exponentBits == 5 ? Float.float16ToFloat((short) (bits << (16 - width))) : smallFloat(bits);
    }

    /** A float of four exponent bits; its one NaN counts as a number. */
    private float smallFloat(int bits) {
        int exponent = (bits >>> mantissaBits()) & 15;
        int fraction = bits & ((1 << mantissaBits()) - 1);
        int significand = exponent == 0 ? fraction : fraction | 1 << mantissaBits();
        float magnitude = Math.scalb((float) significand, Math.max(1, exponent) - 7 - mantissaBits());
        return (bits >>> (width - 1)) == 0 ? magnitude : -magnitude;
    }
}
