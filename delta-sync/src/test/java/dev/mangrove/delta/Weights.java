package dev.mangrove.delta;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** Builds safetensors files for tests, and changes them the way training does. */
final class Weights {
    /** A tensor of a file under construction. */
    record Entry(String type, List<Integer> shape, byte[] data) {}

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private String metadata = "";

    static Weights empty() {
        return new Weights();
    }

    Weights with(String name, Entry entry) {
        Weights copy = copy();
        copy.entries.put(name, entry);
        return copy;
    }

    Weights without(String name) {
        Weights copy = copy();
        copy.entries.remove(name);
        return copy;
    }

    Weights noting(String note) {
        Weights copy = copy();
        copy.metadata = note;
        return copy;
    }

    Map<String, Entry> entries() {
        return entries;
    }

    private Weights copy() {
        Weights copy = new Weights();
        copy.entries.putAll(entries);
        copy.metadata = metadata;
        return copy;
    }

    byte[] file() {
        List<String> fields = new ArrayList<>();
        if (!metadata.isEmpty()) {
            fields.add("\"__metadata__\":{\"note\":\"" + metadata + "\"}");
        }
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        entries.forEach((name, entry) -> {
            int from = data.size();
            data.writeBytes(entry.data());
            String shape = entry.shape().stream().map(String::valueOf).collect(Collectors.joining(","));
            fields.add("\"" + name + "\":{\"dtype\":\"" + entry.type() + "\",\"shape\":[" + shape
                    + "],\"data_offsets\":[" + from + "," + data.size() + "]}");
        });
        byte[] header = ("{" + String.join(",", fields) + "}").getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + header.length + data.size()).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(header.length).put(header).put(data.toByteArray());
        return file.array();
    }

    /** Gaussian weights as a network has them. */
    static float[] gaussian(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * 0.02);
        }
        return values;
    }

    /** A low-rank update with noise, the shape that fine-tuning has. */
    static float[] tuned(Random random, float[] base, int columns, double size) {
        int rows = base.length / columns;
        float[] left = gaussian(random, rows * 4);
        float[] right = gaussian(random, columns * 4);
        float[] values = base.clone();
        for (int i = 0; i < rows * columns; i++) {
            double update = random.nextGaussian() * size * 0.3;
            for (int k = 0; k < 4; k++) {
                update += left[i / columns * 4 + k] * right[i % columns * 4 + k] * size * 1250;
            }
            values[i] += (float) update;
        }
        return values;
    }

    /** Q8_0, as ggml makes it: a scale that takes the largest weight to 127, and 32 codes. */
    static Entry eights(float[] weights) {
        int blocks = weights.length / 32;
        ByteBuffer data = ByteBuffer.allocate(blocks * 34).order(ByteOrder.LITTLE_ENDIAN);
        for (int block = 0; block < blocks; block++) {
            float largest = 0;
            for (int i = block * 32; i < (block + 1) * 32; i++) {
                largest = Math.max(largest, Math.abs(weights[i]));
            }
            data.putShort(Float.floatToFloat16(largest / 127));
            for (int i = block * 32; i < (block + 1) * 32; i++) {
                data.put((byte) Math.round(weights[i] * 127 / largest));
            }
        }
        return new Entry("U8", List.of(blocks, 34), data.array());
    }

    static Entry bf16(float[] values, Integer... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 2).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            int bits = Float.floatToRawIntBits(value);
            bytes.putShort((short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16));
        }
        return new Entry("BF16", List.of(shape), bytes.array());
    }

    static Entry f16(float[] values, Integer... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 2).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putShort(Float.floatToFloat16(value));
        }
        return new Entry("F16", List.of(shape), bytes.array());
    }

    /** The values that bf16 has of these. */
    static float[] roundedToBf16(float[] values) {
        float[] rounded = values.clone();
        for (int i = 0; i < rounded.length; i++) {
            int bits = Float.floatToRawIntBits(values[i]);
            rounded[i] = Float.intBitsToFloat((bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000);
        }
        return rounded;
    }

    static Entry f32(float[] values, Integer... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return new Entry("F32", List.of(shape), bytes.array());
    }
}
