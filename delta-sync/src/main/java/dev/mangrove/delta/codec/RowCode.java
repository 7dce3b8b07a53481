package dev.mangrove.delta.codec;

/**
 * The adaptive code of row headers inside one piece: touched or not, the class, the row of U. One instance codes one
 * piece, forwards.
 */
final class RowCode {
    private static final int CLASS_BITS = 3;
    private static final int HISTORY = 16;

    private final int[] touched = BitModels.create(4 * 6);
    private final int[] entries = BitModels.create(1 << Sketch.ENTRY_BITS);
    private final NumberModel[] classes = new NumberModel[CLASS_BITS];
    private int history;
    private int previousClass;
    private int lastStep;

    RowCode(RowScales scales) {
        previousClass = scales.start();
        for (int i = 0; i < classes.length; i++) {
            classes[i] = new NumberModel();
        }
    }

    void encodeTouched(BinaryEncoder out, boolean value) {
        out.encode(touched, touchedModel(), value ? 1 : 0);
        remember(value);
    }

    boolean decodeTouched(BinaryDecoder in) {
        boolean value = in.decode(touched, touchedModel()) == 1;
        remember(value);
        return value;
    }

    void encodeClass(BinaryEncoder out, int value) {
        classes[lastStep].encode(out, value - previousClass);
        advance(value);
    }

    int decodeClass(BinaryDecoder in) {
        int value = Math.clamp((long) previousClass + classes[lastStep].decode(in), 0, DifferenceModel.MAX_CLASS);
        advance(value);
        return value;
    }

    void encodeLeft(BinaryEncoder out, byte[] left, int from, int rank) {
        for (int j = from; j < from + rank; j++) {
            out.encodeTree(entries, 0, Sketch.ENTRY_BITS, left[j] - Sketch.LOWEST);
        }
    }

    void decodeLeft(BinaryDecoder in, int[] left, int rank) {
        for (int j = 0; j < rank; j++) {
            left[j] = Sketch.entryOf(in.decodeTree(entries, 0, Sketch.ENTRY_BITS));
        }
    }

    private void advance(int value) {
        lastStep = value == previousClass ? 0 : value > previousClass ? 1 : 2;
        previousClass = value;
    }

    private int touchedModel() {
        int density = 32 - Integer.numberOfLeadingZeros(Integer.bitCount(history));
        return (history & 3) * 6 + density;
    }

    private void remember(boolean value) {
        history = (history << 1 | (value ? 1 : 0)) & ((1 << HISTORY) - 1);
    }
}
