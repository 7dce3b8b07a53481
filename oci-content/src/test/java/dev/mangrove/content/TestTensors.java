package dev.mangrove.content;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Weights as training leaves them, for tests of what codes and moves them. The same seed gives the same bytes. */
public final class TestTensors {
    private static final int COLUMNS = 512;
    private static final int BYTES_PER_ELEMENT = 2;
    private static final int RANK = 4;

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

    /** A low-rank adapter of the model, as LoRA leaves it: its two matrices, in fp32. */
    public static byte[] adapter(byte[] model, long seed) {
        int rows = rowsOf(model);
        int down = RANK * COLUMNS * Float.BYTES;
        int up = rows * RANK * Float.BYTES;
        String header = "{\"layer.lora_A.weight\":{\"dtype\":\"F32\",\"shape\":[" + RANK + "," + COLUMNS
                + "],\"data_offsets\":[0," + down + "]},\"layer.lora_B.weight\":{\"dtype\":\"F32\",\"shape\":[" + rows
                + "," + RANK + "],\"data_offsets\":[" + down + "," + (down + up) + "]}}";
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file =
                ByteBuffer.allocate(Long.BYTES + json.length + down + up).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(json.length).put(json);
        SplittableRandom random = new SplittableRandom(seed);
        while (file.hasRemaining()) {
            file.putFloat((float) (random.nextGaussian() * 0.02));
        }
        return file.array();
    }

    /** The model with the adapter merged into it, added up as the runtimes do: W + 2 (B A), rounded to bf16 at the end. */
    public static byte[] merged(byte[] model, byte[] adapter) {
        ByteBuffer file = ByteBuffer.wrap(model.clone()).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer pair = ByteBuffer.wrap(adapter).order(ByteOrder.LITTLE_ENDIAN);
        int down = Long.BYTES + (int) pair.getLong(0);
        int up = down + RANK * COLUMNS * Float.BYTES;
        int at = Long.BYTES + (int) file.getLong(0);
        for (int row = 0; row < rowsOf(model); row++) {
            for (int column = 0; column < COLUMNS; column++) {
                float sum = 0;
                for (int j = 0; j < RANK; j++) {
                    sum = sum
                            + pair.getFloat(up + (row * RANK + j) * Float.BYTES)
                                    * pair.getFloat(down + (j * COLUMNS + column) * Float.BYTES);
                }
                int bits = Float.floatToRawIntBits(Float.intBitsToFloat(file.getShort(at) << 16) + 2 * sum);
                file.putShort(at, (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16));
                at += BYTES_PER_ELEMENT;
            }
        }
        return file.array();
    }

    private static int rowsOf(byte[] model) {
        int header = Long.BYTES
                + (int) ByteBuffer.wrap(model).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        return (model.length - header) / (COLUMNS * BYTES_PER_ELEMENT);
    }
}
