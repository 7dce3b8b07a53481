package dev.mangrove.delta;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

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
                case 2 -> target = target.with(name, rowsInserted(random, entry));
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
}
