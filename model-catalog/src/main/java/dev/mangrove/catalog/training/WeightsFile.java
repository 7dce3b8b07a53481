package dev.mangrove.catalog.training;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes safetensors files: the length of a JSON header, the header, the tensors one after the other. */
final class WeightsFile {
    private static final int BYTES_PER_WEIGHT = 2;

    private WeightsFile() {}

    static void write(Path file, List<Weights> tensors) throws IOException {
        byte[] header = header(tensors).getBytes(StandardCharsets.UTF_8);
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.writeLong(Long.reverseBytes(header.length));
            out.write(header);
            for (Weights tensor : tensors) {
                out.write(brainFloats(tensor.values));
            }
        }
    }

    private static String header(List<Weights> tensors) {
        StringBuilder json = new StringBuilder("{");
        long at = 0;
        for (Weights tensor : tensors) {
            long end = at + (long) tensor.values.length * BYTES_PER_WEIGHT;
            json.append(json.length() > 1 ? "," : "")
                    .append("\"%s\":{\"dtype\":\"BF16\",\"shape\":[%d,%d],\"data_offsets\":[%d,%d]}"
                            .formatted(tensor.name, tensor.rows, tensor.columns, at, end));
            at = end;
        }
        json.append('}');
        while (json.length() % 8 != 0) {
            json.append(' '); // readers map the file: the tensors begin aligned
        }
        return json.toString();
    }

    /** To bf16, rounded to the nearest, to even in between. */
    private static byte[] brainFloats(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * BYTES_PER_WEIGHT).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            int bits = Float.floatToRawIntBits(value);
            bytes.putShort((short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16));
        }
        return bytes.array();
    }
}
