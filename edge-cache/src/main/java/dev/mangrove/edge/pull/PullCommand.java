package dev.mangrove.edge.pull;

import dev.mangrove.cli.ConnectionOptions;
import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.cli.Progress;
import dev.mangrove.cli.ProgressOptions;
import dev.mangrove.cli.Remote;
import dev.mangrove.cli.RemoteName;
import dev.mangrove.distribution.client.DistributionClient;
import dev.mangrove.distribution.client.Pause;
import dev.mangrove.oci.ManifestContent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mangrove pull REF [DIR]}: the files of a model, in a folder. */
@Command(
        name = "pull",
        description = {
            "Lays the files of a model into a folder and prints the folder.",
            "Run it again after an interruption: it goes on where it stopped."
        })
public final class PullCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private ProgressOptions progressOptions = new ProgressOptions();

    @Parameters(
            index = "0",
            paramLabel = "REF",
            description = "[HOST[:PORT]/]NAME[:TAG|@DIGEST]; without a host, from the agent of this machine.")
    private String reference = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DIR",
            description = "The folder; usual: the last part of the name, below the current one.")
    private @Nullable Path folder;

    @Option(
            names = "--include",
            paramLabel = "GLOB",
            description = "Only files whose name or path matches; repeatable.")
    private List<String> take = new ArrayList<>();

    @Option(names = "--exclude", paramLabel = "GLOB", description = "No file whose name or path matches; repeatable.")
    private List<String> leave = new ArrayList<>();

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            description = "Files under way at once; usual: ${DEFAULT-VALUE}.")
    private int atOnce = 4;

    @Override
    public Integer call() throws IOException {
        RemoteName name = RemoteName.parse(reference);
        try (Remote remote = connection.open(name, ConnectionOptions.agent())) {
            DistributionClient client = new DistributionClient(remote.registry());
            ManifestContent manifest = client.manifest(name.repository(), name.reference())
                    .orElseThrow(() -> new Failure(
                            ExitCode.NOT_FOUND, "there is no " + name + " at " + remote.url(), "check name and tag"));
            List<FileEntry> files = ArtifactFiles.choose(ArtifactFiles.of(manifest, name), take, leave);
            Path target = folder == null ? usualFolder(name) : folder;
            lay(files, target, new RegistryOrigin(client, name.repository()));
            spec.commandLine().getOut().println(target);
        }
        return ExitCode.DONE.code();
    }

    private void lay(List<FileEntry> files, Path target, BlobOrigin origin) throws IOException {
        FilePull pull = new FilePull(new BlobFetch(origin, Pause.REAL), Math.clamp(atOnce, 1, 64));
        try (Progress progress = progressOptions.open(spec.commandLine().getErr());
                Workplace workplace = Workplace.open(target)) {
            pull.pull(files, workplace, progress);
        }
    }

    private static Path usualFolder(RemoteName name) {
        String path = name.repository().repository().value();
        return Path.of(path.substring(path.lastIndexOf('/') + 1));
    }
}
