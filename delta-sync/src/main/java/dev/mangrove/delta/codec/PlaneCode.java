package dev.mangrove.delta.codec;

/**
 * Byte planes: differences for a general compressor, and elements without a base for {@link SplitCode}.
 */
public final class PlaneCode {
    private PlaneCode() {}

    /** Zigzag differences of ordered integers, all low bytes first, then all next ones. */
    public static byte[] differences(
            ElementLayout layout, byte[] base, int baseAt, byte[] target, int targetAt, int count) {
        int size = layout.bytes();
        byte[] planes = new byte[count * size];
        int[] old = new int[1];
        int[] now = new int[1];
        for (int i = 0; i < count; i++) {
            layout.load(base, baseAt + i * size, old, 0, 1);
            layout.load(target, targetAt + i * size, now, 0, 1);
            int shift = 32 - layout.width();
            int difference = (layout.order(now[0]) - layout.order(old[0])) << shift >> shift;
            int zigzag = (difference << 1) ^ (difference >> 31);
            for (int plane = 0; plane < size; plane++) {
                planes[plane * count + i] = (byte) (zigzag >>> (8 * plane));
            }
        }
        return planes;
    }

    /** The opposite of {@link #differences}. */
    public static void apply(
            ElementLayout layout, byte[] planes, byte[] base, int baseAt, byte[] target, int targetAt, int count) {
        int size = layout.bytes();
        int[] bits = new int[1];
        for (int i = 0; i < count; i++) {
            int zigzag = 0;
            for (int plane = 0; plane < size; plane++) {
                zigzag |= (planes[plane * count + i] & 0xff) << (8 * plane);
            }
            layout.load(base, baseAt + i * size, bits, 0, 1);
            int difference = (zigzag >>> 1) ^ -(zigzag & 1);
            bits[0] = layout.unorder(layout.order(bits[0]) + difference);
            layout.store(bits, 0, target, targetAt + i * size, 1);
        }
    }
}
