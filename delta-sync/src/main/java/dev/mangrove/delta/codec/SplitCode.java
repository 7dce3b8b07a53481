package dev.mangrove.delta.codec;

/**
 * Elements without a base: the exponent's byte is entropy coded by itself, every other byte plane too. The sign moves to
 * the lowest bit so that eight exponent bits make one byte (M. Hershcovitch and others, "ZipNN", 2024, has the idea).
 */
public final class SplitCode {
    private static final int SYMBOLS = 256;
    private static final int CHUNK = 4096;

    private SplitCode() {}

    /** Packs elements into bytes that {@link #decode} understands. */
    public static byte[] encode(ElementLayout layout, byte[] target, int from, int count) {
        int planes = layout.bytes();
        int[] bits = new int[count];
        layout.load(target, from, bits, 0, count);
        int[] histogram = new int[planes * SYMBOLS];
        for (int i = 0; i < count; i++) {
            bits[i] = rotate(layout, bits[i]);
            for (int plane = 0; plane < planes; plane++) {
                histogram[plane * SYMBOLS + ((bits[i] >>> (8 * plane)) & 0xff)]++;
            }
        }
        TableCode.Coded tables = TableCode.encode(planes, SYMBOLS, histogram);
        RansEncoder out = new RansEncoder();
        int[] positions = new int[count];
        for (int plane = planes - 1; plane >= 0; plane--) {
            for (int i = 0; i < count; i++) {
                positions[i] = plane * SYMBOLS + ((bits[i] >>> (8 * plane)) & 0xff);
            }
            out.push(tables.tables(), positions, 0, count);
        }
        ByteBuilder bytes = new ByteBuilder(count);
        bytes.putVarint(tables.bytes().length);
        bytes.put(tables.bytes());
        bytes.put(out.finish());
        return bytes.toByteArray();
    }

    /** Unpacks elements. */
    public static void decode(
            ElementLayout layout, byte[] bytes, int from, int length, byte[] target, int targetAt, int count) {
        int at = from;
        int tableBytes = 0;
        for (int shift = 0; shift < 28 && at < from + length; shift += 7) {
            int group = bytes[at++];
            tableBytes |= (group & 0x7f) << shift;
            if (group >= 0) {
                break;
            }
        }
        tableBytes = Math.min(tableBytes, from + length - at);
        SymbolTables tables = TableCode.decode(layout.bytes(), SYMBOLS, bytes, at, tableBytes);
        at += tableBytes;
        RansDecoder in = new RansDecoder(bytes, at, from + length - at);
        int size = layout.bytes();
        int[] contexts = new int[CHUNK];
        byte[] symbols = new byte[CHUNK];
        for (int plane = 0; plane < size; plane++) {
            java.util.Arrays.fill(contexts, plane);
            for (int done = 0; done < count; done += CHUNK) {
                int part = Math.min(CHUNK, count - done);
                in.decode(tables, contexts, symbols, part);
                for (int i = 0; i < part; i++) {
                    target[targetAt + (done + i) * size + plane] = symbols[i];
                }
            }
        }
        int[] bits = new int[CHUNK];
        for (int done = 0; done < count; done += CHUNK) {
            int part = Math.min(CHUNK, count - done);
            layout.load(target, targetAt + done * size, bits, 0, part);
            for (int i = 0; i < part; i++) {
                bits[i] = rotateBack(layout, bits[i]);
            }
            layout.store(bits, 0, target, targetAt + done * size, part);
        }
    }

    private static int rotate(ElementLayout layout, int bits) {
        return layout.isFloat() ? (bits << 1 | bits >>> (layout.width() - 1)) & mask(layout) : bits;
    }

    private static int rotateBack(ElementLayout layout, int bits) {
        return layout.isFloat() ? (bits >>> 1 | bits << (layout.width() - 1)) & mask(layout) : bits;
    }

    private static int mask(ElementLayout layout) {
        return -1 >>> (32 - layout.width());
    }
}
