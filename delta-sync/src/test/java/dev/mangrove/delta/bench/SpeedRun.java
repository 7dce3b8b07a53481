package dev.mangrove.delta.bench;

import com.github.luben.zstd.Zstd;
import dev.mangrove.delta.DeltaDecoder;
import dev.mangrove.delta.DeltaEncoder;
import dev.mangrove.delta.EncodeOptions;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Megabytes of target for a second of processor time of one thread, on made-up fine-tunes: bf16 matrices of 2048 x 2048
 * with an update of a given rank and noise. Beside them what sha256 and {@code zstd -d} (of the target at level 3) reach
 * in the same run on the same bytes, because processors differ, and busy ones from minute to minute.
 */
record SpeedRun(int megabytes, PrintStream out) {
    private static final int SIDE = 2048;
    private static final int TENSOR_BYTES = SIDE * SIDE * 2;
    private static final double UPDATE = 2e-5;

    /** Prints encode and apply rates, with and without sketches, after one round to warm up. */
    void print() throws IOException {
        out.println(
                "| rank of the update | sketches | delta % | encode MB/cpu-s | apply MB/cpu-s | sha256 | zstd -d |");
        out.println("|---|---|---|---|---|---|---|");
        for (int rank : new int[] {8, 32}) {
            byte[] base = file(new Random(1), rank, false);
            byte[] target = file(new Random(1), rank, true);
            for (boolean sketching : new boolean[] {false, true}) {
                run(rank, sketching, base, target, false);
                run(rank, sketching, base, target, true);
            }
        }
    }

    private void run(int rank, boolean sketching, byte[] base, byte[] target, boolean shown) throws IOException {
        List<ByteSource> bases = List.of(ByteSource.of(base));
        EncodeOptions options = new EncodeOptions(sketching, EncodeOptions.DEFAULT.segmentBytes());
        long start = cpuNanos();
        byte[] delta = new DeltaEncoder(bases, ByteSource.of(target), options).encodeToBytes();
        long encoded = cpuNanos();
        DeltaDecoder.open(ByteSource.of(delta)).apply(bases, (bytes, from, length) -> {});
        long applied = cpuNanos();
        Digest.ofBytes(Algorithm.SHA256, target);
        long hashed = cpuNanos();
        if (shown) {
            out.printf(
                    Locale.ROOT,
                    "| %d | %s | %.2f | %.0f | %.0f | %.0f | %.0f |%n",
                    rank,
                    sketching ? "yes" : "no",
                    100.0 * delta.length / target.length,
                    target.length * 1e3 / (encoded - start),
                    target.length * 1e3 / (applied - encoded),
                    target.length * 1e3 / (hashed - applied),
                    unpacking(target));
        }
    }

    private static double unpacking(byte[] target) {
        byte[] packed = Zstd.compress(target, 3);
        byte[] plain = new byte[target.length];
        long start = cpuNanos();
        Zstd.decompressByteArray(plain, 0, plain.length, packed, 0, packed.length);
        return target.length * 1e3 / (cpuNanos() - start);
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private byte[] file(Random random, int rank, boolean tuned) {
        int tensors = Math.max(1, (int) (megabytes * 1_000_000L / TENSOR_BYTES));
        StringBuilder header = new StringBuilder("{");
        for (int t = 0; t < tensors; t++) {
            header.append(t == 0 ? "" : ",")
                    .append(String.format(
                            Locale.ROOT,
                            "\"layers.%d.weight\":{\"dtype\":\"BF16\",\"shape\":[%d,%d],\"data_offsets\":[%d,%d]}",
                            t,
                            SIDE,
                            SIDE,
                            (long) t * TENSOR_BYTES,
                            (t + 1L) * TENSOR_BYTES));
        }
        byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + tensors * TENSOR_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json);
        for (int t = 0; t < tensors; t++) {
            matrix(random, rank, tuned, file);
        }
        return file.array();
    }

    /** The same random numbers are drawn for base and target, so that only the update differs. */
    private static void matrix(Random random, int rank, boolean tuned, ByteBuffer file) {
        float[][] left = gaussian(random, rank);
        float[][] right = gaussian(random, rank);
        float[] update = new float[SIDE];
        for (int row = 0; row < SIDE; row++) {
            java.util.Arrays.fill(update, 0);
            for (int j = 0; j < rank && tuned; j++) {
                float weight = (float) (UPDATE * 1.5 * Math.pow(0.9, j) / Math.sqrt(rank)) * left[j][row];
                for (int c = 0; c < SIDE; c++) {
                    update[c] += weight * right[j][c];
                }
            }
            for (int c = 0; c < SIDE; c++) {
                float weight = (random.nextFloat() + random.nextFloat() + random.nextFloat() - 1.5f) * 0.04f;
                float noise = (float) UPDATE * 0.5f * (random.nextFloat() - 0.5f);
                int bits = Float.floatToRawIntBits(tuned ? weight + update[c] + noise : weight);
                file.putShort((short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16));
            }
        }
    }

    private static float[][] gaussian(Random random, int rank) {
        float[][] vectors = new float[rank][SIDE];
        for (float[] vector : vectors) {
            for (int i = 0; i < SIDE; i++) {
                vector[i] = (float) random.nextGaussian();
            }
        }
        return vectors;
    }
}
