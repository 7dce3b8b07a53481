package dev.mangrove.cli.store;

import dev.mangrove.cli.Amount;
import dev.mangrove.cli.Config;
import dev.mangrove.cli.ConfigLoader;
import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.cli.Table;
import dev.mangrove.content.files.StoreReading;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mangrove du}: what takes the space. */
@Command(
        name = "du",
        description = {
            "Tells what a store holds, by repository or by blob, and what is free.",
            "Only reads; the process that owns the store may be running or not."
        })
final class DuCommand implements Callable<Integer> {
    /** What the rows of the table are. */
    enum By {
        REPO,
        BLOB
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--data", paramLabel = "DIR", description = "The store, or the folder given to `mangrove up`.")
    private @Nullable Path data;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings of a process: its store.path, and the limits that it keeps to.")
    private @Nullable Path config;

    @Option(names = "--by", paramLabel = "repo|blob", description = "What to list; usual: repo.")
    private By by = By.REPO;

    @Option(names = "--limit", paramLabel = "N", description = "Most rows; usual: ${DEFAULT-VALUE}.")
    private int limit = 50;

    @Override
    public Integer call() throws IOException {
        Optional<Config> settings = Optional.ofNullable(config)
                .map(file -> ConfigLoader.load(Optional.of(file), System.getenv(), List.of()));
        PrintWriter out = spec.commandLine().getOut();
        boolean first = true;
        for (Path root : Stores.under(folder(settings))) {
            if (!first) {
                out.println();
            }
            first = false;
            print(new StoreReading(root), settings, out);
        }
        return ExitCode.DONE.code();
    }

    private Path folder(Optional<Config> settings) {
        if (data != null) {
            return data;
        }
        return settings.flatMap(known -> known.path("store.path"))
                .orElseThrow(() -> new Failure(
                        ExitCode.USAGE, "it is not said which store", "mangrove du --data DIR, or --config FILE"));
    }

    private void print(StoreReading store, Optional<Config> settings, PrintWriter out) throws IOException {
        Usage usage = Usage.of(store);
        out.println(store.root() + ", "
                + store.owner().map(pid -> "in use by process " + pid).orElse("not in use"));
        Table table = by == By.REPO ? repositories(usage) : blobs(usage);
        table.print(out);
        int all = by == By.REPO ? usage.repositories().size() : usage.blobs().size();
        if (all > limit) {
            out.println("and " + (all - limit) + " more; see --limit");
        }
        summary(store, usage, settings).print(out);
    }

    private Table repositories(Usage usage) {
        Table table =
                new Table(1, "REPOSITORY", "TAGS", "MANIFESTS", "SIZE", "EXCLUSIVE", "SHARED", "DELTAS", "ABSENT");
        usage.repositories().stream()
                .limit(limit)
                .forEach(each -> table.row(
                        each.name().toString(),
                        Integer.toString(each.tags()),
                        Integer.toString(each.manifests()),
                        Amount.text(each.bytes()),
                        Amount.text(each.exclusiveBytes()),
                        Amount.text(each.sharedBytes()),
                        Amount.text(each.deltaBytes()),
                        Amount.text(each.absentBytes())));
        return table;
    }

    private Table blobs(Usage usage) {
        Table table = new Table(2, "BLOB", "REPOSITORY", "REPOSITORIES", "SIZE");
        usage.blobs().stream()
                .limit(limit)
                .forEach(each -> table.row(
                        each.digest().toString(),
                        each.example(),
                        Integer.toString(each.repositories()),
                        Amount.text(each.sizeBytes())));
        return table;
    }

    private static Table summary(StoreReading store, Usage usage, Optional<Config> settings) throws IOException {
        Table table = new Table(1, "", "");
        table.row("blobs and manifests", Amount.text(usage.blobBytes()));
        table.row("  of these without a name", Amount.text(usage.namelessBytes()));
        table.row("recipes", Amount.text(usage.recipeBytes()));
        long full = usage.incoming().stream()
                .mapToLong(StoreReading.Incoming::sizeBytes)
                .sum();
        long have = usage.incoming().stream()
                .mapToLong(StoreReading.Incoming::haveBytes)
                .sum();
        table.row("partial blobs (" + usage.incoming().size() + ")", Amount.text(have) + " of " + Amount.text(full));
        for (String folder : List.of("uploads", "trash", "quarantine", "log", "index", "ballast")) {
            table.row(folder, Amount.text(store.bytesUnder(folder)));
        }
        FileStore disk = Files.getFileStore(store.root());
        long total = disk.getTotalSpace();
        table.row("free on the disk", Amount.text(disk.getUsableSpace()) + " of " + Amount.text(total));
        settings.flatMap(known -> known.amount("store.reserve"))
                .ifPresent(reserve -> table.row("reserve, never used", Amount.text(reserve.of(total))));
        settings.flatMap(known -> known.amount("store.quota"))
                .ifPresent(quota -> table.row("quota", Amount.text(quota.of(total))));
        return table;
    }
}
