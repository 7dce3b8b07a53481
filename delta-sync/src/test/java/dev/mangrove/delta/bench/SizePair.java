package dev.mangrove.delta.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two versions of a model.
 *
 * @param reach the size to reach, in per cent, for display
 * @param adapter what the publisher sends along; its bytes are counted
 */
record SizePair(String name, String reach, Path base, Path target, Optional<Path> adapter) {
    private static final String TUNED = "full_lr1e-05_s100";

    /** Pairs of the checkpoints, and of what {@code make_pairs.py} makes of them. */
    static List<SizePair> all(Path checkpoints, Path made) {
        List<SizePair> pairs = new ArrayList<>();
        add(pairs, checkpoints, "bf16 lr 1e-6, 1 step", "1.01", "base.bf16", "full_lr1e-06_s1.bf16");
        add(pairs, checkpoints, "bf16 lr 1e-5, 10 steps", "9.7", "base.bf16", "full_lr1e-05_s10.bf16");
        add(pairs, checkpoints, "bf16 lr 1e-5, 100 steps", "18.9", "base.bf16", TUNED + ".bf16");
        add(pairs, checkpoints, "bf16 lr 1e-4, 100 steps", "36.5", "base.bf16", "full_lr0.0001_s100.bf16");
        for (String precision : List.of("fp32", "bf16")) {
            pairs.add(new SizePair(
                    "LoRA merged on bf16, " + precision + " adapter published and counted",
                    "4.5",
                    file(checkpoints, "base.bf16"),
                    file(made, "merged_with_" + precision + "_adapter.bf16"),
                    Optional.of(file(checkpoints, "lora_adapter." + precision))));
        }
        pairs.add(new SizePair(
                "LoRA merged on fp32, fp32 adapter published and counted",
                "",
                file(checkpoints, "base.bf16"),
                file(checkpoints, "lora_lr1e-3_s100.bf16"),
                Optional.of(file(checkpoints, "lora_adapter.fp32"))));
        add(pairs, checkpoints, "LoRA merged, no adapter", "22.2", "base.bf16", "lora_lr1e-3_s100.bf16");
        add(pairs, checkpoints, "frozen backbone", "10.4", "base.bf16", "frozen_lr1e-4_s100.bf16");
        add(pairs, checkpoints, "recommender, 20 batches", "2.0", "rec_base.bf16", "rec_s20.bf16");
        add(pairs, checkpoints, "fp32 lr 1e-5, 100 steps", "58.5", "base.fp32", TUNED + ".fp32");
        add(pairs, checkpoints, "int8", "best tool", "base.int8", "full_lr1e-05_s10.int8");
        add(pairs, checkpoints, "fp8", "best tool", "base.fp8", TUNED + ".fp8");
        add(pairs, checkpoints, "q4_0 in safetensors", "best tool - 20 %", "base.q4_0", "full_lr1e-05_s10.q4_0");
        gguf(pairs, made);
        add(pairs, checkpoints, "metadata only", "", "base.bf16", "base_meta.bf16");
        add(pairs, checkpoints, "bf16 step 10 to 100", "", "full_lr1e-05_s10.bf16", TUNED + ".bf16");
        add(pairs, checkpoints, "bf16 step 100 to 200", "", TUNED + ".bf16", "full_lr1e-05_s200.bf16");
        add(pairs, checkpoints, "bf16 back to the base", "", TUNED + ".bf16", "base.bf16");
        add(pairs, checkpoints, "fp8 back to the base", "", TUNED + ".fp8", "base.fp8");
        add(pairs, checkpoints, "two fine-tunes", "", "frozen_lr1e-4_s100.bf16", "full_lr0.0001_s100.bf16");
        add(pairs, checkpoints, "another model", "", "base.bf16", "rec_s20.bf16");
        return pairs;
    }

    private static void gguf(List<SizePair> pairs, Path made) {
        for (String kind : List.of("q4_0", "q8_0", "f16", "bf16")) {
            String reach = kind.startsWith("q") ? "best tool - 20 %" : "";
            for (String run :
                    List.of("full_lr1e-05_s10.bf16", TUNED + ".bf16", "full_lr0.0001_s100.bf16", TUNED + ".fp32")) {
                String precision = run.substring(run.lastIndexOf('.') + 1);
                pairs.add(new SizePair(
                        "GGUF " + kind + " from " + run,
                        reach,
                        made.resolve("base." + precision + "." + kind + ".gguf"),
                        made.resolve(run + "." + kind + ".gguf"),
                        Optional.empty()));
            }
        }
    }

    private static void add(List<SizePair> pairs, Path folder, String name, String reach, String base, String target) {
        pairs.add(new SizePair(name, reach, file(folder, base), file(folder, target), Optional.empty()));
    }

    private static Path file(Path folder, String name) {
        return folder.resolve(name + ".safetensors");
    }
}
