package dev.mangrove.delta.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Every coder gives back what it was given. */
class CoderTest {
    private static final int[] WIDTHS = {8, 16, 32};

    @Property
    void magnitudesSplitIntoSymbolAndExtraBits(@ForAll int value) {
        int symbol = MagnitudeCode.symbolOf(value);
        int extra = MagnitudeCode.extraBits(symbol);
        assertEquals(value, MagnitudeCode.valueOf(symbol, extra == 0 ? 0 : MagnitudeCode.extraOf(value, extra)));
    }

    @Property
    void bitPatternsOrderAndComeBack(@ForAll int bits, @ForAll @IntRange(max = 2) int width, @ForAll boolean isFloat) {
        int size = WIDTHS[width];
        ElementLayout layout = new ElementLayout(size, isFloat ? size == 8 ? 4 : 8 : 0, true);
        int pattern = bits & (-1 >>> (32 - size));
        assertEquals(pattern, layout.unorder(layout.order(pattern)));
    }

    @Property
    void numbersSurviveTheAdaptiveCoder(@ForAll long seed, @ForAll @IntRange(min = 1, max = 500) int count) {
        Random random = new Random(seed);
        int[] values = random.ints(count, -100_000, 100_000).toArray();
        for (int i = 0; i < count; i += 3) {
            values[i] = random.nextInt(5) - 2;
        }
        BinaryEncoder out = new BinaryEncoder();
        NumberModel model = new NumberModel();
        for (int value : values) {
            model.encode(out, value);
        }
        byte[] bytes = out.finish();
        BinaryDecoder in = new BinaryDecoder(bytes, 0, bytes.length);
        NumberModel again = new NumberModel();
        for (int value : values) {
            assertEquals(value, again.decode(in));
        }
    }

    @Property
    void symbolsSurviveTablesAndRans(@ForAll long seed, @ForAll @IntRange(min = 1, max = 5000) int count) {
        Random random = new Random(seed);
        int contexts = 1 + random.nextInt(40);
        int symbols = 2 + random.nextInt(100);
        int[] positions = new int[count];
        int[] histogram = new int[contexts * symbols];
        int[] wanted = new int[count];
        for (int i = 0; i < count; i++) {
            wanted[i] = random.nextInt(contexts);
            int symbol = Math.min(symbols - 1, (int) Math.abs(random.nextGaussian() * (1 + wanted[i])));
            positions[i] = wanted[i] * symbols + symbol;
            histogram[positions[i]]++;
        }
        TableCode.Coded coded = TableCode.encode(contexts, symbols, histogram);
        RansEncoder encoder = new RansEncoder();
        encoder.push(coded.tables(), positions, 0, count);
        byte[] bytes = encoder.finish();
        SymbolTables tables = TableCode.decode(contexts, symbols, coded.bytes(), 0, coded.bytes().length);
        byte[] decoded = new byte[count];
        new RansDecoder(bytes, 0, bytes.length).decode(tables, wanted, decoded, count);
        for (int i = 0; i < count; i++) {
            assertEquals(positions[i], wanted[i] * symbols + decoded[i], "seed " + seed + " at " + i);
        }
    }

    @Property(tries = 200)
    void rawBitsComeBackAndThenZeros(@ForAll long seed) {
        Random random = new Random(seed);
        int[] widths = random.ints(200, 0, 33).toArray();
        int[] values = Arrays.stream(widths)
                .map(width -> (int) (random.nextLong() & ((1L << width) - 1)))
                .toArray();
        RawBitWriter out = new RawBitWriter();
        for (int i = 0; i < widths.length; i++) {
            out.write(values[i], widths[i]);
        }
        byte[] bytes = out.finish();
        RawBitReader in = new RawBitReader(bytes, 0, bytes.length);
        for (int i = 0; i < widths.length; i++) {
            assertEquals(values[i], in.read(widths[i]));
        }
        in.read(8);
        assertEquals(0, in.read(32));
    }

    @Property(tries = 200)
    void valuesAreCompletedByWhateverWayTheStreamAndTheArrayAllow(@ForAll long seed) {
        Random random = new Random(seed);
        int[] values = random.ints(2000).map(bits -> bits >> random.nextInt(32)).toArray();
        RawBitWriter out = new RawBitWriter();
        byte[] symbols = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            symbols[i] = (byte) MagnitudeCode.symbolOf(values[i]);
            int bits = MagnitudeCode.extraBits(symbols[i]);
            out.write(MagnitudeCode.extraOf(values[i], bits), bits);
        }
        byte[] stream = out.finish();
        byte[] bytes = Arrays.copyOf(stream, stream.length + random.nextInt(12));
        RawBitReader in = new RawBitReader(bytes, 0, stream.length);
        int[] got = new int[values.length];
        for (int at = 0; at < values.length; ) {
            int part = Math.min(values.length - at, 1 + random.nextInt(random.nextBoolean() ? 3 : 300));
            int[] piece = new int[part];
            in.complete(Arrays.copyOfRange(symbols, at, at + part), piece, part);
            System.arraycopy(piece, 0, got, at, part);
            at += part;
        }
        org.junit.jupiter.api.Assertions.assertArrayEquals(values, got, "seed " + seed);
        assertEquals(0, in.read(32));
    }

    @Property(tries = 200)
    void elementsWithoutBaseComeBack(@ForAll long seed, @ForAll @IntRange(max = 2) int width) {
        Random random = new Random(seed);
        ElementLayout layout = new ElementLayout(WIDTHS[width], WIDTHS[width] == 8 ? 5 : 8, true);
        int count = 1 + random.nextInt(9000);
        byte[] bytes = new byte[count * layout.bytes()];
        random.nextBytes(bytes);
        byte[] coded = SplitCode.encode(layout, bytes, 0, count);
        byte[] decoded = new byte[bytes.length];
        SplitCode.decode(layout, coded, 0, coded.length, decoded, 0, count);
        org.junit.jupiter.api.Assertions.assertArrayEquals(bytes, decoded);
    }
}
