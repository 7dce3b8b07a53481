package dev.mangrove.content;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Weights as training leaves them, for tests of what codes and moves them. The same seed gives the same bytes. */
public final class TestTensors {
    private static final int COLUMNS = 512;
    private static final int BYTES_PER_ELEMENT = 2;

    private TestTensors() {}

    /** A safetensors file with one bf16 matrix of at least that many bytes. */
    public static byte[] model(long seed, int leastBytes) {
        int rows = Math.ceilDiv(leastBytes, COLUMNS * BYTES_PER_ELEMENT);
        int size = rows * COLUMNS * BYTES_PER_ELEMENT;
        String header = "{\"layer.weight\":{\"dtype\":\"BF16\",\"shape\":[" + rows + "," + COLUMNS
                + "],\"data_offsets\":[0," + size + "]}}";
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(Long.BYTES + json.length + size).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(json.length).put(json);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < rows * COLUMNS; i++) {
            file.putShort((short) (Float.floatToIntBits((float) (random.nextGaussian() * 0.02)) >>> 16));
        }
        return file.array();
    }

    /** The same model with that share of its weights moved by one unit in the last place. */
    public static byte[] retrained(byte[] model, long seed, double share) {
        ByteBuffer file = ByteBuffer.wrap(model.clone()).order(ByteOrder.LITTLE_ENDIAN);
        int start = Long.BYTES + (int) file.getLong(0);
        SplittableRandom random = new SplittableRandom(seed);
        for (int at = start; at < file.capacity(); at += BYTES_PER_ELEMENT) {
            if (random.nextDouble() < share) {
                file.putShort(at, (short) (file.getShort(at) ^ 1));
            }
        }
        return file.array();
    }
}
