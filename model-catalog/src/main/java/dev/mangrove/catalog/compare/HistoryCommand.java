package dev.mangrove.catalog.compare;

import dev.mangrove.cli.Amount;
import dev.mangrove.cli.ConnectionOptions;
import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Remote;
import dev.mangrove.cli.RemoteName;
import dev.mangrove.cli.Table;
import dev.mangrove.distribution.client.DistributionClient;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mangrove history REF}: the versions that led to one. */
@Command(
        name = "history",
        description = {
            "Shows what a version grew from, newest first: tags, size, and what the update to it moves.",
            "UPDATE is for whoever holds the version in BASE."
        })
final class HistoryCommand implements Callable<Integer> {
    private static final int SHOWN_DIGITS = 12;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Parameters(
            index = "0",
            paramLabel = "REF",
            description = "[HOST[:PORT]/]NAME[:TAG|@DIGEST]; without a host, from the catalog.")
    private String reference = "";

    @Option(names = "--limit", paramLabel = "N", description = "Most versions; usual: ${DEFAULT-VALUE}.")
    private int limit = 20;

    @Override
    public Integer call() throws IOException {
        RemoteName name = RemoteName.parse(reference);
        try (Remote remote = connection.open(name, ConnectionOptions.catalog())) {
            DistributionClient registry = new DistributionClient(remote.registry());
            List<History.Version> versions = new History(registry, name.repository())
                    .from(new Versions(registry).get(name.repository(), name.reference()), Math.max(1, limit));
            table(versions).print(spec.commandLine().getOut());
        }
        return ExitCode.DONE.code();
    }

    private static Table table(List<History.Version> versions) {
        Table table = new Table(5, "VERSION", "DIGEST", "TAGS", "CREATED", "BASE", "FULL", "UPDATE");
        versions.forEach(each -> table.row(
                each.version().orElse("-"),
                text(Optional.of(each.manifest().digest())),
                each.tags().isEmpty()
                        ? "-"
                        : each.tags().stream().map(Tag::value).collect(Collectors.joining(",")),
                each.created().orElse("-"),
                text(each.base()),
                Amount.text(each.fullBytes()),
                each.updateBytes().map(Amount::text).orElse("-")));
        return table;
    }

    private static String text(Optional<Digest> digest) {
        return digest.map(d -> d.hex().substring(0, SHOWN_DIGITS)).orElse("-");
    }
}
