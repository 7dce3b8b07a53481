package dev.mangrove.delta;

import dev.mangrove.delta.codec.ElementLayout;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.delta.tensor.ElementType;
import dev.mangrove.oci.ByteRange;
import java.io.IOException;

/** Guesses what the elements of a storage are from how two versions of it differ. */
final class TypeGuess {
    private static final int SAMPLE_BYTES = 1 << 16;
    private static final ElementType[] CANDIDATES = {
        ElementType.F32, ElementType.BF16, ElementType.F16, ElementType.I8, ElementType.F8_E4M3
    };

    private TypeGuess() {}

    /** The type under which the differences are smallest; opaque if there is no difference to judge by. */
    static ElementType of(ByteSource base, ByteRange old, ByteSource target, ByteRange now) throws IOException {
        int length = (int) Math.min(SAMPLE_BYTES, now.length()) & ~3;
        long middle = (now.length() - length) / 2 & ~3L;
        byte[] before = new byte[length];
        byte[] after = new byte[length];
        base.read(old.offset() + middle, before, 0, length);
        target.read(now.offset() + middle, after, 0, length);
        ElementType best = ElementType.OPAQUE;
        double least = 0.9 * 8 * length;
        for (ElementType type : CANDIDATES) {
            double bits = bits(type.layout().orElseThrow(), before, after);
            if (bits > 0 && bits < least) {
                least = bits;
                best = type;
            }
        }
        return now.length() % best.unitBytes() == 0 ? best : ElementType.OPAQUE;
    }

    /** Bits of the differences' magnitudes, and one and a half for each that is not zero. */
    private static double bits(ElementLayout layout, byte[] before, byte[] after) {
        int count = before.length / layout.bytes();
        int[] old = new int[count];
        int[] now = new int[count];
        layout.load(before, 0, old, 0, count);
        layout.load(after, 0, now, 0, count);
        double bits = 0;
        for (int i = 0; i < count; i++) {
            int difference = layout.order(now[i]) - layout.order(old[i]);
            bits += difference == 0 ? 0.2 : 33.5 - Integer.numberOfLeadingZeros(Math.abs(difference));
        }
        return bits;
    }
}
