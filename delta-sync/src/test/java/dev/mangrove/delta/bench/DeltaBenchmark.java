package dev.mangrove.delta.bench;

import dev.mangrove.delta.DeltaDecoder;
import dev.mangrove.delta.io.FileSource;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Prints what deltas weigh beside general tools, and how fast they are made and applied.
 *
 * <p>{@code DeltaBenchmark sizes CHECKPOINTS MADE} (what {@code make_pairs.py} made), {@code DeltaBenchmark pair BASE TARGET} for any two files (for example
 * GGUF files), {@code DeltaBenchmark speed MEGABYTES} (512 or more for figures that count; heap of six times that), {@code DeltaBenchmark apply BASE DELTA} with the least
 * heap that suffices.
 */
public final class DeltaBenchmark {
    private DeltaBenchmark() {}

    /** Runs what the arguments say. */
    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path work = Files.createTempDirectory("delta-bench");
        switch (args.length == 0 ? "" : args[0]) {
            case "sizes" ->
                new SizeTable(new ForeignTools(work), out).print(SizePair.all(Path.of(args[1]), Path.of(args[2])));
            case "pair" -> {
                Path target = Path.of(args[2]);
                String name = String.valueOf(target.getFileName());
                SizePair pair = new SizePair(name, "", Path.of(args[1]), target, Optional.empty());
                new SizeTable(new ForeignTools(work), out).line(pair);
            }
            case "apply" -> apply(args, out);
            case "speed" -> new SpeedRun(Integer.parseInt(args[1]), out).print();
            default ->
                out.println("usage: sizes CHECKPOINTS MADE | pair BASE TARGET | speed MEGABYTES | apply BASE DELTA");
        }
        Files.delete(work);
    }

    private static void apply(String[] args, PrintStream out) throws IOException {
        try (FileSource base = FileSource.open(Path.of(args[1]));
                FileSource delta = FileSource.open(Path.of(args[2]))) {
            long[] written = new long[1];
            DeltaDecoder.open(delta).apply(List.of(base), (bytes, from, length) -> written[0] += length);
            out.println(written[0] + " bytes, heap of at most "
                    + (Runtime.getRuntime().maxMemory() >> 20) + " MiB");
        }
    }
}
