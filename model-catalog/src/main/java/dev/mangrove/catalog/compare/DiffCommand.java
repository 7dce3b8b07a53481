package dev.mangrove.catalog.compare;

import dev.mangrove.cli.Amount;
import dev.mangrove.cli.ConnectionOptions;
import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.cli.Remote;
import dev.mangrove.cli.RemoteName;
import dev.mangrove.cli.Table;
import dev.mangrove.delta.EncodeOptions;
import dev.mangrove.delta.artifact.DeltaReport.TensorCost;
import dev.mangrove.distribution.client.DistributionClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mangrove diff A B}: what whoever has A pays for B. */
@Command(
        name = "diff",
        description = {
            "Tells how many bytes an update from A to B will move, before anything moves.",
            "A and B are two references in one registry, or two files or folders of this machine."
        })
final class DiffCommand implements Callable<Integer> {
    /** What the rows are. */
    enum By {
        FILE,
        TENSOR
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(
            index = "0",
            paramLabel = "A",
            description = "What is there: [HOST[:PORT]/]NAME[:TAG|@DIGEST], or a path.")
    private String before = "";

    @Parameters(index = "1", paramLabel = "B", description = "What is wanted, likewise.")
    private String after = "";

    @Option(names = "--by", paramLabel = "file|tensor", description = "What to list; usual: file.")
    private By by = By.FILE;

    @Option(names = "--all", description = "All tensors, not only the 20 that cost most.")
    private boolean all;

    @Option(
            names = "--ask",
            description =
                    "Asks the catalog for deltas that it has not made yet; they are there when this is run again.")
    private boolean asking;

    @Option(names = "--fast", description = "Files: no low-rank sketches; a larger number, several times sooner.")
    private boolean fast;

    @Option(names = "--exit-code", description = "Ends with 8 if anything has to move.")
    private boolean exitCode;

    @Override
    public Integer call() throws IOException {
        boolean local = Files.exists(Path.of(before)) && Files.exists(Path.of(after));
        List<FileCost> costs = local ? local() : remote();
        PrintWriter out = spec.commandLine().getOut();
        (by == By.FILE ? files(costs) : tensors(costs)).print(out);
        long wire = FileCost.wireBytes(costs);
        long size = FileCost.sizeBytes(costs);
        out.printf(
                Locale.ROOT,
                "total  %s of %s (%.1f %%), %,d bytes%n",
                Amount.text(wire),
                Amount.text(size),
                size == 0 ? 0 : 100.0 * wire / size,
                wire);
        return exitCode && wire > 0 ? ExitCode.DIFFERENT.code() : ExitCode.DONE.code();
    }

    private List<FileCost> local() throws IOException {
        Path scratch = Files.createTempDirectory("mangrove-diff");
        try {
            EncodeOptions options = new EncodeOptions(!fast, EncodeOptions.DEFAULT.segmentBytes());
            return new LocalCost(options, scratch).of(Path.of(before), Path.of(after));
        } finally {
            Files.deleteIfExists(scratch);
        }
    }

    private List<FileCost> remote() throws IOException {
        RemoteName from = RemoteName.parse(before);
        RemoteName to = RemoteName.parse(after);
        if (!from.host().equals(to.host())) {
            throw new Failure(
                    ExitCode.USAGE,
                    "A and B must be in one registry, or both be files",
                    "an agent or region has both: name its address in both");
        }
        try (Remote remote = connection.open(to, ConnectionOptions.catalog())) {
            Versions versions = new Versions(new DistributionClient(remote.registry()));
            UpdateCost cost = new UpdateCost(versions, to.repository(), by == By.TENSOR, asking);
            return cost.of(
                    from.repository(),
                    versions.get(from.repository(), from.reference()),
                    versions.get(to.repository(), to.reference()));
        }
    }

    private static Table files(List<FileCost> costs) {
        Table table = new Table(1, "FILE", "SIZE", "ON THE WIRE", "HOW");
        costs.forEach(file -> table.row(
                file.name(),
                Amount.text(file.sizeBytes()),
                Amount.text(file.wireBytes()),
                file.way().text()));
        return table;
    }

    private Table tensors(List<FileCost> costs) {
        Table table = new Table(2, "FILE", "TENSOR", "MODE", "SIZE", "ON THE WIRE");
        for (FileCost file : costs) {
            table.row(file.name(), "", file.way().text(), Amount.text(file.sizeBytes()), Amount.text(file.wireBytes()));
            file.tensors().stream().limit(all ? Long.MAX_VALUE : 20).forEach(tensor -> row(table, tensor));
        }
        return table;
    }

    private static void row(Table table, TensorCost tensor) {
        table.row("", tensor.name(), tensor.mode(), Amount.text(tensor.rawBytes()), Amount.text(tensor.deltaBytes()));
    }
}
