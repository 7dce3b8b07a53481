package dev.mangrove.delta.bench;

import dev.mangrove.delta.DeltaDecoder;
import dev.mangrove.delta.DeltaEncoder;
import dev.mangrove.delta.EncodeOptions;
import dev.mangrove.delta.io.ByteSink;
import dev.mangrove.delta.io.ByteSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Sizes of deltas beside those of general tools, in per cent of the target; every delta is applied and compared. */
record SizeTable(Path checkpoints, ForeignTools tools, PrintStream out) {
    private record Pair(String name, String base, String target, String reach) {}

    private static final List<Pair> PAIRS = List.of(
            new Pair("bf16 lr 1e-6, 1 step", "base.bf16", "full_lr1e-06_s1.bf16", "1.01"),
            new Pair("bf16 lr 1e-5, 10 steps", "base.bf16", "full_lr1e-05_s10.bf16", "9.7"),
            new Pair("bf16 lr 1e-5, 100 steps", "base.bf16", "full_lr1e-05_s100.bf16", "18.9"),
            new Pair("bf16 step 100 to 200", "full_lr1e-05_s100.bf16", "full_lr1e-05_s200.bf16", ""),
            new Pair("bf16 lr 1e-4, 100 steps", "base.bf16", "full_lr0.0001_s100.bf16", "36.5"),
            new Pair("LoRA merged, no adapter", "base.bf16", "lora_lr1e-3_s100.bf16", "22.2"),
            new Pair("frozen backbone", "base.bf16", "frozen_lr1e-4_s100.bf16", "10.4"),
            new Pair("recommender, 20 batches", "rec_base.bf16", "rec_s20.bf16", "2.0"),
            new Pair("fp32 lr 1e-5, 100 steps", "base.fp32", "full_lr1e-05_s100.fp32", "58.5"),
            new Pair("int8", "base.int8", "full_lr1e-05_s10.int8", "best tool"),
            new Pair("fp8", "base.fp8", "full_lr1e-05_s100.fp8", "best tool"),
            new Pair("q4_0", "base.q4_0", "full_lr1e-05_s10.q4_0", "best tool - 20 %"),
            new Pair("metadata only", "base.bf16", "base_meta.bf16", ""));

    /** Prints one line for each pair of checkpoints. */
    void print() throws IOException, InterruptedException {
        out.println("| pair | reach | mangrove | bsdiff | xdelta3 | zstd patch | CDC |");
        out.println("|---|---|---|---|---|---|---|");
        for (Pair pair : PAIRS) {
            Path base = checkpoints.resolve(pair.base() + ".safetensors");
            line(pair.name(), pair.reach(), base, checkpoints.resolve(pair.target() + ".safetensors"));
        }
    }

    /** Prints the line of one pair of files. */
    void line(String name, String reach, Path base, Path target) throws IOException, InterruptedException {
        byte[] before = Files.readAllBytes(base);
        byte[] after = Files.readAllBytes(target);
        ChunkStore store = new ChunkStore();
        store.add(before);
        double size = after.length;
        out.printf(
                Locale.ROOT,
                "| %s | %s | %.3f | %s | %s | %s | %.1f |%n",
                name,
                reach,
                100 * delta(before, after) / size,
                percent(tools.bsdiff(base, target), size),
                percent(tools.xdelta3(base, target), size),
                percent(tools.zstd(base, target), size),
                100 * store.add(after) / size);
    }

    private static int delta(byte[] base, byte[] target) throws IOException {
        List<ByteSource> bases = List.of(ByteSource.of(base));
        byte[] delta = new DeltaEncoder(bases, ByteSource.of(target), EncodeOptions.DEFAULT).encodeToBytes();
        ByteArrayOutputStream made = new ByteArrayOutputStream();
        DeltaDecoder.open(ByteSource.of(delta)).apply(bases, ByteSink.of(made));
        if (!Arrays.equals(made.toByteArray(), target)) {
            throw new IllegalStateException("the delta does not give the target");
        }
        return delta.length;
    }

    private static String percent(OptionalLong bytes, double of) {
        return bytes.isEmpty() ? "no result" : String.format(Locale.ROOT, "%.2f", 100 * bytes.getAsLong() / of);
    }
}
