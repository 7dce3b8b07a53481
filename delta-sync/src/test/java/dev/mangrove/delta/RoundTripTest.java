package dev.mangrove.delta;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.delta.tensor.ElementType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Whatever happens between two versions of a model, the second comes back bit for bit. */
class RoundTripTest {
    private static final String[] TYPES = {"BF16", "F16", "F32", "F8_E4M3", "F8_E5M2", "I8", "U8", "I16", "I64", "BOOL"
    };
    private static final int[] SIZES = {2, 2, 4, 1, 1, 1, 1, 2, 8, 1};

    @Property(tries = 150)
    void anyChangeOfAnyModelComesBack(@ForAll long seed) {
        Random random = new Random(seed);
        Weights base = model(random);
        RoundTrip.of(changed(random, base).file(), RoundTrip.SMALL, base.file());
    }

    @Property(tries = 60)
    void anyBytesComeBackFromAnyBytes(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] base = new byte[random.nextInt(300_000)];
        random.nextBytes(base);
        byte[] target = base.clone();
        if (random.nextBoolean()) {
            target = new byte[random.nextInt(300_000)];
            System.arraycopy(base, 0, target, 0, Math.min(base.length, target.length));
        }
        for (int i = random.nextInt(20); i > 0 && target.length > 0; i--) {
            target[random.nextInt(target.length)] ^= (byte) random.nextInt(256);
        }
        RoundTrip.of(target, RoundTrip.SMALL, base);
    }

    @Property(tries = 20)
    void aModelWithoutBaseComesBackAndIsSmaller(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] target = Weights.empty()
                .with("w", Weights.bf16(Weights.gaussian(random, 64 * 1024), 64, 1024))
                .file();
        byte[] delta = RoundTrip.of(target, EncodeOptions.DEFAULT);
        assertTrue(delta.length < 0.72 * target.length, "seed " + seed + ": " + delta.length);
    }

    @Property(tries = 60)
    void anyTrainingOfAnyPrecisionComesBack(@ForAll long seed) {
        Random random = new Random(seed);
        int rows = 32 + random.nextInt(200);
        int columns = 32 + random.nextInt(200);
        float[] before = Weights.gaussian(random, rows * columns);
        float[] after = Weights.tuned(random, before, columns, Math.pow(10, -2 - 4 * random.nextDouble()));
        Weights base = Weights.empty();
        Weights target = Weights.empty();
        for (int form = 0; form < FORMS; form++) {
            base = base.with("w" + form, precise(form, before, rows, columns));
            target = target.with("w" + form, precise(form, after, rows, columns));
        }
        RoundTrip.of(target.file(), RoundTrip.SMALL, base.file());
    }

    private static final int FORMS = 6;

    /** Three precisions, and three that hold the values of a narrower one. */
    private static Weights.Entry precise(int form, float[] values, Integer... shape) {
        float[] narrow = Weights.roundedToBf16(values);
        float[] half = values.clone();
        for (int i = 0; i < half.length; i++) {
            half[i] = Float.float16ToFloat(Float.floatToFloat16(half[i]));
        }
        return switch (form) {
            case 0 -> Weights.bf16(values, shape);
            case 1 -> Weights.f16(values, shape);
            case 2 -> Weights.f32(values, shape);
            case 3 -> Weights.f16(narrow, shape);
            case 4 -> Weights.f32(narrow, shape);
            default -> Weights.f32(half, shape);
        };
    }

    @Property(tries = 40)
    void valuesWidenedToAnotherTypeCostWhatTheyCostBefore(@ForAll long seed) {
        Random random = new Random(seed);
        float[] before = Weights.roundedToBf16(Weights.gaussian(random, 200 * 200));
        float[] after = Weights.roundedToBf16(Weights.tuned(random, before, 200, 1e-4));
        int narrow = delta(Weights.bf16(before, 200, 200), Weights.bf16(after, 200, 200));
        int half = delta(Weights.f16(before, 200, 200), Weights.f16(after, 200, 200));
        int full = delta(Weights.f32(before, 200, 200), Weights.f32(after, 200, 200));
        assertTrue(half < 1.02 * narrow && full < 1.02 * narrow, narrow + ", " + half + " and " + full + " bytes");
    }

    private static int delta(Weights.Entry base, Weights.Entry target) {
        byte[] file = Weights.empty().with("w", target).file();
        return RoundTrip.of(
                        file,
                        EncodeOptions.DEFAULT,
                        Weights.empty().with("w", base).file())
                .length;
    }

    @Property(tries = 60)
    void anyChangeOfQuantisedBlocksComesBack(@ForAll long seed) {
        Random random = new Random(seed);
        int blockBytes = random.nextBoolean() ? 18 : 34;
        int blocks = 1 + random.nextInt(6000);
        byte[] data = new byte[blocks * blockBytes];
        random.nextBytes(data);
        Weights.Entry entry = new Weights.Entry("U8", List.of(blocks, blockBytes), data);
        RoundTrip.of(
                Weights.empty().with("w", trained(random, entry)).file(),
                RoundTrip.SMALL,
                Weights.empty().with("w", entry).file());
    }

    @RepeatedTest(3)
    void segmentsOfATensorThatAreEncodedSideBySideDoNotDisturbEachOther() throws Exception {
        Random random = new Random(11);
        int side = 1024;
        float[] weights = Weights.gaussian(random, side * side);
        float[] moved = Weights.tuned(random, weights, side, 1e-3);
        byte[] base =
                Weights.empty().with("w", Weights.bf16(weights, side, side)).file();
        byte[] target =
                Weights.empty().with("w", Weights.bf16(moved, side, side)).file();
        byte[] alone = RoundTrip.of(target, RoundTrip.SMALL, base);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            byte[] together = new DeltaEncoder(
                            List.of(ByteSource.of(base)),
                            ByteSource.of(target),
                            RoundTrip.SMALL,
                            threads,
                            Progress.NONE)
                    .encodeToBytes();
            assertArrayEquals(alone, together);
        }
        assertTrue(
                DeltaDecoder.open(ByteSource.of(alone)).front().regions().stream()
                        .flatMap(region -> region.difference().stream())
                        .anyMatch(difference -> difference.rank() > 0),
                "no sketch was made");
    }

    @Test
    void contextsByScaleAreTakenForBlocksWhereTheyPayForTheirTables() throws IOException {
        Random random = new Random(7);
        float[] weights = Weights.gaussian(random, 32 * 20_000);
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= 1 + i / 32 % 7;
        }
        float[] moved = weights.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += 0.1f * (float) random.nextGaussian();
        }
        float[] touched = weights.clone();
        touched[1_000] += 0.3f;
        assertEquals(ElementType.Q8_0_BY_SCALE, typeOf(Weights.eights(weights), Weights.eights(moved)));
        assertEquals(ElementType.Q8_0, typeOf(Weights.eights(weights), Weights.eights(touched)));
    }

    private static ElementType typeOf(Weights.Entry base, Weights.Entry target) throws IOException {
        byte[] delta = RoundTrip.of(
                Weights.empty().with("w", target).file(),
                EncodeOptions.DEFAULT,
                Weights.empty().with("w", base).file());
        return DeltaDecoder.open(ByteSource.of(delta)).front().regions().stream()
                .filter(region -> region.name().equals("w"))
                .findFirst()
                .orElseThrow()
                .type();
    }

    @Property(tries = 40)
    void aMergeOfAnyAdapterComesBack(@ForAll long seed) {
        Random random = new Random(seed);
        int rows = 8 + random.nextInt(100);
        int columns = 8 + random.nextInt(100);
        int rank = 1 + random.nextInt(12);
        float[] weights = Weights.roundedToBf16(Weights.gaussian(random, rows * columns));
        float[] down = Weights.gaussian(random, rank * columns);
        float[] up = Weights.gaussian(random, rows * rank);
        float[] merged = weights.clone();
        for (int i = 0; i < merged.length; i++) {
            for (int j = 0; j < rank; j++) {
                merged[i] += up[i / columns * rank + j] * down[j * columns + i % columns];
            }
        }
        byte[] adapter = Weights.empty()
                .with("w.lora_A.weight", Weights.f32(down, rank, columns))
                .with("w.lora_B.weight", Weights.f32(up, rows, rank))
                .file();
        RoundTrip.of(
                Weights.empty()
                        .with("w.weight", Weights.bf16(merged, rows, columns))
                        .file(),
                RoundTrip.SMALL,
                Weights.empty()
                        .with("w.weight", Weights.bf16(weights, rows, columns))
                        .file(),
                adapter);
    }

    @Test
    void anExactMergeCostsNearlyNothingWhereverItsElementsBegin() {
        int rows = 400;
        int columns = 301;
        Random random = new Random(7);
        float[] weights = Weights.roundedToBf16(Weights.gaussian(random, rows * columns));
        float[] down = Weights.gaussian(random, columns);
        float[] up = Weights.gaussian(random, rows);
        float[] merged = weights.clone();
        for (int i = 0; i < merged.length; i++) {
            merged[i] += up[i / columns] * down[i % columns];
        }
        for (String name : List.of("w", "ww")) { // elements begin at even and at odd offsets
            byte[] adapter = Weights.empty()
                    .with(name + ".lora_A.weight", Weights.f32(down, 1, columns))
                    .with(name + ".lora_B.weight", Weights.f32(up, rows, 1))
                    .file();
            byte[] delta = RoundTrip.of(
                    Weights.empty()
                            .with(name + ".weight", Weights.bf16(merged, rows, columns))
                            .file(),
                    RoundTrip.SMALL,
                    Weights.empty()
                            .with(name + ".weight", Weights.bf16(weights, rows, columns))
                            .file(),
                    adapter);
            assertTrue(delta.length < 1000, name + ": " + delta.length);
        }
    }

    private static Weights model(Random random) {
        Weights model = Weights.empty();
        int tensors = 1 + random.nextInt(6);
        for (int t = 0; t < tensors; t++) {
            model = model.with("t" + t, tensor(random));
        }
        return model;
    }

    private static Weights.Entry tensor(Random random) {
        int columns = 1 + random.nextInt(300);
        int rows = random.nextInt(4) == 0 ? 1 : 1 + random.nextInt(200);
        int type = random.nextInt(TYPES.length);
        if (random.nextBoolean()) {
            float[] values = Weights.gaussian(random, rows * columns);
            return random.nextBoolean() ? Weights.bf16(values, rows, columns) : Weights.f32(values, rows, columns);
        }
        byte[] data = new byte[rows * columns * SIZES[type]];
        random.nextBytes(data);
        return new Weights.Entry(TYPES[type], List.of(rows, columns), data);
    }

    private static Weights changed(Random random, Weights base) {
        Weights target =
                random.nextBoolean() ? Weights.empty() : Weights.empty().noting("run " + random.nextInt());
        List<String> names = new ArrayList<>(base.entries().keySet());
        if (random.nextInt(3) == 0) {
            Collections.shuffle(names, random);
        }
        for (String name : names) {
            Weights.Entry entry = base.entries().get(name);
            switch (random.nextInt(10)) {
                case 0 -> {
                    continue;
                }
                case 1 -> target = target.with(name + ".renamed", trained(random, entry));
                case 2 ->
                    target = target.with(
                            name, random.nextBoolean() ? rowsInserted(random, entry) : rowsRemoved(random, entry));
                case 3 -> target = target.with(name, tensor(random));
                case 4 -> target = target.with(name, entry).with(name + ".new", tensor(random));
                default -> target = target.with(name, trained(random, entry));
            }
        }
        return target;
    }

    private static Weights.Entry trained(Random random, Weights.Entry entry) {
        byte[] data = entry.data().clone();
        int changes = random.nextInt(4) == 0 ? 0 : random.nextInt(1 + data.length);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(data.length);
            data[at] += (byte) (random.nextInt(8) == 0 ? random.nextInt(256) : 1);
        }
        return new Weights.Entry(entry.type(), entry.shape(), data);
    }

    private static Weights.Entry rowsInserted(Random random, Weights.Entry entry) {
        int rows = entry.shape().getFirst();
        int rowBytes = entry.data().length / rows;
        int at = random.nextInt(rows + 1);
        int added = 1 + random.nextInt(8);
        byte[] data = new byte[entry.data().length + added * rowBytes];
        random.nextBytes(data);
        System.arraycopy(entry.data(), 0, data, 0, at * rowBytes);
        System.arraycopy(entry.data(), at * rowBytes, data, (at + added) * rowBytes, (rows - at) * rowBytes);
        List<Integer> shape = new ArrayList<>(entry.shape());
        shape.set(0, rows + added);
        return new Weights.Entry(entry.type(), shape, data);
    }

    private static Weights.Entry rowsRemoved(Random random, Weights.Entry entry) {
        int rows = entry.shape().getFirst();
        int rowBytes = entry.data().length / rows;
        int kept = 1 + random.nextInt(rows);
        int from = random.nextInt(kept);
        byte[] data = new byte[kept * rowBytes];
        System.arraycopy(entry.data(), 0, data, 0, from * rowBytes);
        int rest = (kept - from) * rowBytes;
        System.arraycopy(entry.data(), entry.data().length - rest, data, from * rowBytes, rest);
        List<Integer> shape = new ArrayList<>(entry.shape());
        shape.set(0, kept);
        return new Weights.Entry(entry.type(), shape, data);
    }
}
