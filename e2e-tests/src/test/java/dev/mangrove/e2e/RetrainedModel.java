package dev.mangrove.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Two versions of a model as safetensors files in bf16. With {@code -Dmangrove.checkpoints=FOLDER} they are real ones;
 * else weights from a seed, moved a little, which is what fine-tuning does to them.
 */
public record RetrainedModel(byte[] first, byte[] second) {
    private static final int ROWS = 1024;
    private static final int COLUMNS = 1024;
    private static final int FEW_LAYERS = 3;
    private static final float STEP = 1e-5f;

    static RetrainedModel of(long seed) {
        return of(seed, FEW_LAYERS, STEP);
    }

    /** With layers of 2 MiB each, whose weights of some 0.02 are moved by some {@code step}. */
    public static RetrainedModel of(long seed, int layers, float step) {
        String checkpoints = System.getProperty("mangrove.checkpoints");
        if (checkpoints == null) {
            return new RetrainedModel(weights(seed, layers, 0), weights(seed, layers, step));
        }
        try {
            return new RetrainedModel(
                    Files.readAllBytes(Path.of(checkpoints, "base.bf16.safetensors")),
                    Files.readAllBytes(Path.of(checkpoints, "full_lr1e-05_s10.bf16.safetensors")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] weights(long seed, int layers, float step) {
        int tensor = ROWS * COLUMNS * Short.BYTES;
        StringBuilder header = new StringBuilder("{\"__metadata__\":{\"step\":\"" + step + "\"}");
        for (int i = 0; i < layers; i++) {
            header.append(",\"layer.%d.weight\":{\"dtype\":\"BF16\",\"shape\":[%d,%d],\"data_offsets\":[%d,%d]}"
                    .formatted(i, ROWS, COLUMNS, i * tensor, (i + 1) * tensor));
        }
        byte[] head = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + head.length + layers * tensor).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(head.length).put(head);
        Random value = new Random(seed);
        Random change = new Random(seed + 1);
        while (file.hasRemaining()) {
            float weight = (float) (value.nextGaussian() * 0.02) + (float) (change.nextGaussian() * step);
            file.putShort(bf16(weight));
        }
        return file.array();
    }

    /** Rounded to the nearest, ties to even. */
    private static short bf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }
}
