package dev.mangrove.catalog.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.delta.DeltaEncoder;
import dev.mangrove.delta.EncodeOptions;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmallModelTest {
    private static final String TUNED = "sha256:23e96448cdd8377f2fa0cd5c65ad781219d840a9fb0d42f346d422db05069b8b";

    @TempDir
    private Path folder;

    @Test
    void retrainingTeachesItTheOtherSiteAndMovesItsWeightsLittle() throws Exception {
        Path base = folder.resolve("base.safetensors");
        Path tuned = folder.resolve("tuned.safetensors");
        SmallModel model = SmallModel.trained(7);
        double before = model.loss();
        model.write(base);
        model.finetune();
        model.write(tuned);

        assertTrue(model.loss() < before - 0.02, before + " became " + model.loss());
        byte[] from = Files.readAllBytes(base);
        byte[] to = Files.readAllBytes(tuned);
        byte[] delta = new DeltaEncoder(List.of(ByteSource.of(from)), ByteSource.of(to), EncodeOptions.DEFAULT)
                .encodeToBytes();
        assertTrue(delta.length < to.length / 5, "a delta of " + delta.length + " for " + to.length);
        assertEquals(TUNED, Digest.ofBytes(Algorithm.SHA256, to).toString(), "the same on every machine");
    }
}
