package dev.mangrove.delta;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Changes of layout cost what is new, not what has moved. */
class RegionPlanTest {
    private final Random random = new Random(11);

    @Test
    void eightInsertedRowsCostLittleMoreThanThemselves() {
        float[] rows = Weights.gaussian(random, 4000 * 32);
        float[] grown = Weights.gaussian(random, 4008 * 32);
        System.arraycopy(rows, 0, grown, 0, 1000 * 32);
        System.arraycopy(rows, 1000 * 32, grown, 1008 * 32, 3000 * 32);
        int size = delta(
                Weights.empty().with("emb", Weights.bf16(rows, 4000, 32)),
                Weights.empty().with("emb", Weights.bf16(grown, 4008, 32)));
        assertTrue(size < 1000, size + " bytes");
    }

    @Test
    void renamedAndReorderedTensorsAreFound() {
        Weights.Entry first = Weights.bf16(Weights.gaussian(random, 64 * 64), 64, 64);
        Weights.Entry second = Weights.bf16(Weights.gaussian(random, 64 * 64), 64, 64);
        int size = delta(
                Weights.empty().with("a", first).with("b", second),
                Weights.empty().with("x", second).with("y", first));
        assertTrue(size < 500, size + " bytes");
    }

    @Test
    void aRenamedTensorThatWasTrainedIsFoundByItsShape() {
        float[] values = Weights.gaussian(random, 128 * 128);
        byte[] target = Weights.empty()
                .with("new.name", Weights.bf16(Weights.tuned(random, values, 128, 1e-5), 128, 128))
                .file();
        int size = RoundTrip.of(
                        target,
                        EncodeOptions.DEFAULT,
                        Weights.empty()
                                .with("name", Weights.bf16(values, 128, 128))
                                .file())
                .length;
        assertTrue(size < target.length / 5, size + " bytes");
    }

    @Test
    void bytesThatMovedAreCopied() {
        byte[] base = new byte[1 << 20];
        random.nextBytes(base);
        byte[] target = new byte[base.length + 12_345];
        random.nextBytes(target);
        System.arraycopy(base, 500_000, target, 100, 500_000);
        System.arraycopy(base, 0, target, 512_345, 500_000);
        byte[] delta = RoundTrip.of(target, EncodeOptions.DEFAULT, base);
        assertTrue(delta.length < target.length - 980_000, delta.length + " bytes");
    }

    @Test
    void shardsAreFoundWhereverTheirTensorsWent() {
        Weights.Entry first = Weights.bf16(Weights.gaussian(random, 64 * 64), 64, 64);
        Weights.Entry second = Weights.bf16(Weights.gaussian(random, 64 * 64), 64, 64);
        byte[] whole = Weights.empty().with("a", first).with("b", second).file();
        byte[] delta = RoundTrip.of(
                whole,
                EncodeOptions.DEFAULT,
                Weights.empty().with("a", first).file(),
                Weights.empty().with("b", second).file());
        assertTrue(delta.length < 500, delta.length + " bytes");
    }

    private static int delta(Weights base, Weights target) {
        return RoundTrip.of(target.file(), EncodeOptions.DEFAULT, base.file()).length;
    }

    @Test
    void stepsOfOneSizeInFp32AreCodedAsPlanes() throws java.io.IOException {
        float[] values = Weights.gaussian(random, 256 * 256);
        float[] stepped = values.clone();
        for (int i = 0; i < stepped.length; i++) {
            stepped[i] += random.nextBoolean() ? 1e-6f : -1e-6f;
        }
        byte[] base = Weights.empty().with("w", Weights.f32(values, 256, 256)).file();
        byte[] target =
                Weights.empty().with("w", Weights.f32(stepped, 256, 256)).file();
        byte[] delta = RoundTrip.of(target, EncodeOptions.DEFAULT, base);
        Inspection inspection = Inspection.of(
                DeltaDecoder.open(dev.mangrove.delta.io.ByteSource.of(delta)).front());
        assertTrue(
                inspection.bytesByMode().containsKey(dev.mangrove.delta.format.Mode.PLANES)
                        && delta.length < target.length / 3,
                delta.length + " of " + target.length);
    }
}
