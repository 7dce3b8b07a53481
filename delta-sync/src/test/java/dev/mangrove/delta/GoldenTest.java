package dev.mangrove.delta;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.delta.format.DeltaFront;
import dev.mangrove.delta.format.Mode;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.delta.tensor.ElementType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Files of version 1 of the format that every later decoder has to read. {@link #main} writes them anew, for a new
 * version only.
 */
class GoldenTest {
    private static final String FOLDER = "/golden/delta-v1/";

    @Test
    void aDeltaOfVersionOneStillApplies() throws IOException {
        assertArrayEquals(
                resource("target.safetensors"),
                RoundTrip.apply(
                        resource("target.delta"), resource("base.safetensors"), resource("adapter.safetensors")));
    }

    @Test
    void aDeltaOfBlocksByScaleStillApplies() throws IOException {
        byte[] delta = resource("blocks.delta");
        assertArrayEquals(
                resource("blocks-target.safetensors"), RoundTrip.apply(delta, resource("blocks-base.safetensors")));
        assertTrue(DeltaDecoder.open(ByteSource.of(delta)).front().regions().stream()
                .anyMatch(region -> region.type() == ElementType.Q8_0_BY_SCALE));
    }

    @Test
    void theGoldenDeltaHasEveryMode() throws IOException {
        DeltaFront front =
                DeltaDecoder.open(ByteSource.of(resource("target.delta"))).front();
        Set<Mode> modes = EnumSet.noneOf(Mode.class);
        Inspection.of(front).parts().forEach(part -> modes.addAll(part.modes().keySet()));
        assertEquals(EnumSet.allOf(Mode.class), modes);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = GoldenTest.class.getResourceAsStream(FOLDER + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    private static void writeBlocks(Path folder) throws IOException {
        Random random = new Random(20260102);
        float[] weights = Weights.gaussian(random, 32 * 2_000);
        float[] moved = new float[weights.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= 1 + i / 32 % 7;
            moved[i] = weights[i] + 0.002f * (float) random.nextGaussian();
        }
        byte[] base = Weights.empty().with("w", Weights.eights(weights)).file();
        byte[] target = Weights.empty().with("w", Weights.eights(moved)).file();
        Files.write(folder.resolve("blocks-base.safetensors"), base);
        Files.write(folder.resolve("blocks-target.safetensors"), target);
        Files.write(folder.resolve("blocks.delta"), RoundTrip.of(target, EncodeOptions.DEFAULT, base));
    }

    /** Writes the files into the folder given. */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[0]));
        writeBlocks(folder);
        Random random = new Random(20260101);
        float[] wide = Weights.gaussian(random, 96 * 128);
        float[] merged = Weights.gaussian(random, 32 * 48);
        float[] down = Weights.gaussian(random, 4 * 48);
        float[] up = Weights.gaussian(random, 32 * 4);
        float[] bias = Weights.gaussian(random, 128);
        byte[] blocks = new byte[18 * 64];
        random.nextBytes(blocks);
        byte[] codes = new byte[64 * 32];
        random.nextBytes(codes);
        float[] half = Weights.gaussian(random, 40 * 64);
        float[] widened = Weights.roundedToBf16(Weights.gaussian(random, 48 * 64));
        float[] stepped = Weights.gaussian(random, 64 * 64);
        byte[] eights = new byte[34 * 16];
        random.nextBytes(eights);
        Weights base = Weights.empty()
                .with("sketched", Weights.bf16(wide, 96, 128))
                .with("merged", Weights.bf16(merged, 32, 48))
                .with("bias", Weights.f32(bias, 128))
                .with("same", Weights.bf16(Weights.gaussian(random, 256), 16, 16))
                .with("blocks", new Weights.Entry("U8", List.of(64, 18), blocks))
                .with("int8", new Weights.Entry("I8", List.of(64, 32), codes))
                .with("half", Weights.f16(half, 40, 64))
                .with("widened", Weights.f16(widened, 48, 64))
                .with("widest", Weights.f32(widened, 48, 64))
                .with("stepped", Weights.f32(stepped, 64, 64))
                .with("eights", new Weights.Entry("U8", List.of(16, 34), eights));
        byte[] adapter = Weights.empty()
                .with("merged.lora_A.weight", Weights.f32(down, 4, 48))
                .with("merged.lora_B.weight", Weights.f32(up, 32, 4))
                .file();
        Weights target = base.noting("second")
                .with("sketched", Weights.bf16(Weights.tuned(random, wide, 128, 1e-3), 96, 128))
                .with("merged", Weights.bf16(merge(merged, down, up), 32, 48))
                .with("bias", Weights.f32(Weights.tuned(random, bias, 128, 1e-5), 128))
                .with("blocks", new Weights.Entry("U8", List.of(64, 18), nudged(random, blocks)))
                .with("int8", new Weights.Entry("I8", List.of(64, 32), nudged(random, codes)))
                .with("half", Weights.f16(Weights.tuned(random, half, 64, 1e-4), 40, 64))
                .with("widened", Weights.f16(retrained(random, widened), 48, 64))
                .with("widest", Weights.f32(retrained(random, widened), 48, 64))
                .with("stepped", Weights.f32(stepped(random, stepped), 64, 64))
                .with("eights", new Weights.Entry("U8", List.of(16, 34), nudged(random, eights)))
                .with("indexes", new Weights.Entry("I64", List.of(64), random(random, 512)))
                .with("new", Weights.bf16(Weights.gaussian(random, 32 * 32), 32, 32));
        byte[] delta = RoundTrip.of(target.file(), RoundTrip.SMALL, base.file(), adapter);
        Files.write(folder.resolve("base.safetensors"), base.file());
        Files.write(folder.resolve("adapter.safetensors"), adapter);
        Files.write(folder.resolve("target.safetensors"), target.file());
        Files.write(folder.resolve("target.delta"), delta);
    }

    private static float[] retrained(Random random, float[] values) {
        return Weights.roundedToBf16(Weights.tuned(random, values, 64, 1e-4));
    }

    /** As after a first step of Adam: all steps are of one size. */
    private static float[] stepped(Random random, float[] values) {
        float[] changed = values.clone();
        for (int i = 0; i < changed.length; i++) {
            changed[i] += random.nextBoolean() ? 1e-6f : -1e-6f;
        }
        return changed;
    }

    private static byte[] random(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] nudged(Random random, byte[] bytes) {
        byte[] changed = bytes.clone();
        for (int i = 0; i < bytes.length / 8; i++) {
            changed[random.nextInt(bytes.length)]++;
        }
        return changed;
    }

    /** The bf16 weights plus twice B A, as a trainer would merge. */
    private static float[] merge(float[] weights, float[] down, float[] up) {
        List<Float> merged = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            double sum = 0;
            for (int j = 0; j < 4; j++) {
                sum += (double) up[i / 48 * 4 + j] * down[j * 48 + i % 48];
            }
            int bits = Float.floatToRawIntBits(weights[i]);
            float rounded = Float.intBitsToFloat((bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000);
            merged.add((float) (rounded + 2 * sum));
        }
        float[] values = new float[weights.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = merged.get(i);
        }
        return values;
    }
}
