package dev.mangrove.delta;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.delta.tensor.TensorFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Pairs of real checkpoints from the folder named by the system property {@code mangrove.checkpoints}; made-up ones where
 * it is not set.
 */
class CheckpointTest {
    private record Pair(String base, String target, double percent) {}

    private static final List<Pair> PAIRS = List.of(
            new Pair("base.bf16", "full_lr1e-06_s1.bf16", 1.01),
            new Pair("base.bf16", "full_lr1e-05_s10.bf16", 9.7),
            new Pair("base.bf16", "full_lr1e-05_s100.bf16", 18.9),
            new Pair("full_lr1e-05_s100.bf16", "full_lr1e-05_s200.bf16", 17.9),
            new Pair("base.bf16", "full_lr0.0001_s100.bf16", 36.5),
            new Pair("base.bf16", "lora_lr1e-3_s100.bf16", 22.2),
            new Pair("base.bf16", "frozen_lr1e-4_s100.bf16", 10.4),
            new Pair("base.bf16", "base_meta.bf16", 0.02),
            new Pair("rec_base.bf16", "rec_s20.bf16", 2.0),
            new Pair("base.fp32", "full_lr1e-05_s100.fp32", 58.5),
            new Pair("base.int8", "full_lr1e-05_s10.int8", 6.3),
            new Pair("base.fp8", "full_lr1e-05_s100.fp8", 10.8));

    @TestFactory
    Stream<DynamicTest> realPairsComeBackWithinTheirSize() {
        String folder = System.getProperty("mangrove.checkpoints", "");
        if (folder.isEmpty()) {
            return Stream.of(DynamicTest.dynamicTest("stand-in", CheckpointTest::standIn));
        }
        return PAIRS.stream().map(pair -> DynamicTest.dynamicTest(pair.target(), () -> real(Path.of(folder), pair)));
    }

    private static void real(Path folder, Pair pair) throws IOException {
        byte[] base = Files.readAllBytes(folder.resolve(pair.base() + ".safetensors"));
        byte[] target = Files.readAllBytes(folder.resolve(pair.target() + ".safetensors"));
        byte[] delta = RoundTrip.of(target, EncodeOptions.DEFAULT, base);
        double percent = 100.0 * delta.length / target.length;
        assertTrue(percent <= pair.percent(), percent + " % instead of " + pair.percent());
    }

    private static void standIn() throws IOException {
        Random random = new Random(7);
        float[] weights = Weights.gaussian(random, 512 * 512);
        byte[] base = Weights.empty()
                .with("w", Weights.bf16(weights, 512, 512))
                .with("bias", Weights.f32(Weights.gaussian(random, 512), 512))
                .file();
        byte[] target = Weights.empty()
                .with("w", Weights.bf16(Weights.tuned(random, weights, 512, 1e-4), 512, 512))
                .with("bias", Weights.f32(Weights.gaussian(random, 512), 512))
                .file();
        byte[] delta = RoundTrip.of(target, EncodeOptions.DEFAULT, base);
        assertTrue(delta.length < target.length / 3, delta.length + " of " + target.length);
        List<String> names = new ArrayList<>();
        TensorFiles.parse(ByteSource.of(target)).tensors().forEach(tensor -> names.add(tensor.name()));
        assertTrue(names.contains("w"));
    }
}
