package dev.mangrove.delta.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Prints what deltas weigh beside general tools, and how fast they are made and applied.
 *
 * <p>{@code DeltaBenchmark sizes CHECKPOINTS}, {@code DeltaBenchmark pair BASE TARGET} for any two files (for example
 * GGUF files), {@code DeltaBenchmark speed MEGABYTES} (512 or more for figures that count; heap of six times that).
 */
public final class DeltaBenchmark {
    private DeltaBenchmark() {}

    /** Runs what the arguments say. */
    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path work = Files.createTempDirectory("delta-bench");
        switch (args.length == 0 ? "" : args[0]) {
            case "sizes" -> new SizeTable(Path.of(args[1]), new ForeignTools(work), out).print();
            case "pair" -> {
                Path target = Path.of(args[2]);
                String name = String.valueOf(target.getFileName());
                new SizeTable(work, new ForeignTools(work), out).line(name, "", Path.of(args[1]), target);
            }
            case "speed" -> new SpeedRun(Integer.parseInt(args[1]), out).print();
            default -> out.println("usage: sizes CHECKPOINTS | pair BASE TARGET | speed MEGABYTES");
        }
        Files.delete(work);
    }
}
