package dev.mangrove.delta.codec;

/**
 * How elements stand in a file: as they are, or widened from a narrower type. Converting a bf16 model to fp16 or fp32
 * changes no value, so its differences are those of bf16, and coding them as such spares the bits that are always zero.
 */
public enum ElementForm {
    /** As they are. */
    PLAIN(0),
    /** bf16 values in fp16 elements. */
    BF16_AS_F16(2),
    /** bf16 values in fp32 elements. */
    BF16_AS_F32(4),
    /** fp16 values in fp32 elements. */
    F16_AS_F32(4);

    private static final int F16_EXPONENT = 0x7c00;

    private final int bytes;

    ElementForm(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of an element in the file; 0 if its width says it. */
    int bytes() {
        return bytes;
    }

    /** The narrow bits of the element at a byte; of no meaning where the element is not {@link #holds held}. */
    int load(byte[] source, int from) {
        return switch (this) {
            case BF16_AS_F16 -> Float.floatToRawIntBits(wide((char) LittleEndian.SHORT.get(source, from))) >>> 16;
            case F16_AS_F32 ->
                Float.floatToFloat16(Float.intBitsToFloat((int) LittleEndian.INT.get(source, from))) & 0xffff;
            default -> (int) LittleEndian.INT.get(source, from) >>> 16;
        };
    }

    /** The opposite of {@link #load}. */
    void store(int bits, byte[] target, int from) {
        switch (this) {
            case BF16_AS_F16 ->
                LittleEndian.SHORT.set(target, from, (char) Float.floatToFloat16(Float.intBitsToFloat(bits << 16)));
            case F16_AS_F32 -> LittleEndian.INT.set(target, from, Float.floatToRawIntBits(wide((char) bits)));
            default -> LittleEndian.INT.set(target, from, bits << 16);
        }
    }

    /** Whether all of the elements have a narrow value that is widened to just these bits. Infinities and NaN have none. */
    public boolean holds(byte[] source, int count) {
        for (int i = 0; i < count; i++) {
            if (!holdsAt(source, i * bytes)) {
                return false;
            }
        }
        return true;
    }

    private boolean holdsAt(byte[] source, int from) {
        return switch (this) {
            case PLAIN -> true;
            case BF16_AS_F16 -> {
                char bits = (char) LittleEndian.SHORT.get(source, from);
                yield (bits & F16_EXPONENT) != F16_EXPONENT && (Float.floatToRawIntBits(wide(bits)) & 0xffff) == 0;
            }
            case BF16_AS_F32 -> ((int) LittleEndian.INT.get(source, from) & 0xffff) == 0;
            case F16_AS_F32 -> {
                int bits = (int) LittleEndian.INT.get(source, from);
                short narrow = Float.floatToFloat16(Float.intBitsToFloat(bits));
                yield (narrow & F16_EXPONENT) != F16_EXPONENT
                        && Float.floatToRawIntBits(Float.float16ToFloat(narrow)) == bits;
            }
        };
    }

    private static float wide(char bits) {
        return Float.float16ToFloat((short) bits);
    }
}
