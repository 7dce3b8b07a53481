package dev.mangrove.delta.command;

import dev.mangrove.cli.ExitCode;
import dev.mangrove.delta.DeltaFiles;
import dev.mangrove.delta.DeltaSummary;
import dev.mangrove.delta.EncodeOptions;
import dev.mangrove.delta.Progress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mangrove delta make BASE TARGET -o FILE}. */
@Command(name = "make", description = "Makes the delta that turns BASE into TARGET, bit for bit.")
final class MakeCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "BASE",
            description = "The version the receiver has: a file, or a folder of shards.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path base;

    @Parameters(index = "1", paramLabel = "TARGET", description = "The version the receiver wants.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path target;

    @Option(names = "-o", required = true, paramLabel = "FILE", description = "Where the delta goes.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path out;

    @Option(
            names = "--adapter",
            paramLabel = "FILE",
            description = "A LoRA adapter that the receiver has too; may explain the change.")
    private List<Path> adapters = new ArrayList<>();

    @Option(names = "--fast", description = "No low-rank sketches: larger, and several times faster.")
    private boolean fast;

    @Option(names = "--concurrency", paramLabel = "N", description = "Threads; usual: one for each core.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--quiet", description = "No progress.")
    private boolean quiet;

    @Override
    public Integer call() throws Exception {
        EncodeOptions options = new EncodeOptions(!fast, EncodeOptions.DEFAULT.segmentBytes());
        Progress progress =
                quiet ? Progress.NONE : new ProgressLine(spec.commandLine().getErr(), "making");
        DeltaSummary summary;
        try (ExecutorService pool = Executors.newFixedThreadPool(Math.max(1, threads))) {
            summary = DeltaFiles.make(Inputs.expand(base, adapters), target, out, options, pool, progress);
        }
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%s: %,d bytes, %.2f %% of %,d%n",
                        out,
                        summary.deltaBytes(),
                        100.0 * summary.deltaBytes() / Math.max(1, summary.targetBytes()),
                        summary.targetBytes());
        return ExitCode.DONE.code();
    }
}
