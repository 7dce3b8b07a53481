package dev.mangrove.delta.command;

import dev.mangrove.cli.ExitCode;
import dev.mangrove.delta.DeltaDecoder;
import dev.mangrove.delta.Inspection;
import dev.mangrove.delta.format.BaseFile;
import dev.mangrove.delta.format.DeltaFront;
import dev.mangrove.delta.io.FileSource;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mangrove delta inspect DELTA}. */
@Command(name = "inspect", description = "Shows what a delta needs, and where its bytes go.")
final class InspectCommand implements Callable<Integer> {
    private static final int USUAL_TENSORS = 20;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DELTA", description = "The delta.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path delta;

    @Option(names = "--all", description = "All tensors, not only the most expensive.")
    private boolean all;

    @Override
    public Integer call() throws Exception {
        try (FileSource source = FileSource.open(delta)) {
            print(
                    spec.commandLine().getOut(),
                    Inspection.of(DeltaDecoder.open(source).front()),
                    source.size());
        }
        return ExitCode.DONE.code();
    }

    private void print(PrintWriter out, Inspection inspection, long size) {
        DeltaFront front = inspection.front();
        out.printf(Locale.ROOT, "target  %s  %,d bytes%n", front.targetDigest(), front.targetSize());
        for (BaseFile base : front.bases()) {
            out.printf(Locale.ROOT, "base    %s  %,d bytes%n", base.digest(), base.size());
        }
        out.printf(
                Locale.ROOT,
                "delta   %,d bytes, %.2f %% of the target; front block %,d%n%n",
                size,
                100.0 * size / Math.max(1, front.targetSize()),
                front.bodyOffset());
        out.println("MODE        DELTA BYTES");
        inspection.bytesByMode().forEach((mode, bytes) -> out.printf(Locale.ROOT, "%-10s %12.0f%n", mode, bytes));
        out.println();
        out.println("  TARGET BYTES   DELTA BYTES       %  RANK  TENSOR, MODES");
        inspection.parts().stream()
                .sorted(Comparator.comparingDouble(Inspection.Part::deltaBytes).reversed())
                .limit(all ? Long.MAX_VALUE : USUAL_TENSORS)
                .forEach(part -> print(out, part));
    }

    private static void print(PrintWriter out, Inspection.Part part) {
        long length = part.region().range().length();
        String modes = part.modes().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey().toString().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining("+"));
        out.printf(
                Locale.ROOT,
                "%,14d %13.0f %7.2f  %4d  %s %s, %s%n",
                length,
                part.deltaBytes(),
                100 * part.deltaBytes() / length,
                part.region().difference().map(d -> d.rank()).orElse(0),
                part.region().name().isEmpty()
                        ? "(between tensors)"
                        : part.region().name(),
                part.region().type(),
                modes);
    }
}
