package dev.mangrove.delta.format;

import dev.mangrove.delta.codec.ElementLayout;
import dev.mangrove.delta.codec.PairReader;
import dev.mangrove.delta.codec.PlaneCode;
import java.io.IOException;

/** What {@link Mode#PLANES} would cost: it wins where differences take few exact values, as after a first Adam step. */
public final class PlaneTrial {
    private static final int SAMPLE_UNITS = 1 << 17;

    private PlaneTrial() {}

    /** Estimated bits of a region, from a sample of its middle. */
    public static double bits(ElementLayout layout, long units, PairReader reader) throws IOException {
        int count = (int) Math.min(units, SAMPLE_UNITS);
        byte[] base = new byte[count * layout.bytes()];
        byte[] target = new byte[base.length];
        reader.read((units - count) / 2, count, base, target);
        byte[] planes = PlaneCode.differences(layout, base, 0, target, 0, count);
        byte[] packed = ZstdCode.compress(planes, 0, planes.length, new byte[0], 0);
        return 8.0 * packed.length / count * units;
    }
}
