package dev.mangrove.catalog.archive;

import dev.mangrove.cli.Amount;
import dev.mangrove.cli.ConnectionOptions;
import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.cli.Progress;
import dev.mangrove.cli.ProgressOptions;
import dev.mangrove.cli.Remote;
import dev.mangrove.cli.RemoteName;
import dev.mangrove.distribution.client.DistributionClient;
import dev.mangrove.distribution.client.Pause;
import dev.mangrove.oci.Manifest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mangrove export REF -o FILE}: an artifact as one file. */
@Command(
        name = "export",
        description = {
            "Writes an artifact of a registry into a tar (OCI layout) that skopeo, podman, containerd and docker load"
                    + " read.",
            "The same artifact under the same name makes the same bytes. Prints the digest of the artifact."
        })
final class ExportCommand implements Callable<Integer> {
    private static final int BUFFER_BYTES = 1024 * 1024;

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

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE|-",
            description = "Where to; - for standard output, then nothing is printed.")
    private String output = "";

    @Option(
            names = "--platform",
            paramLabel = "OS/ARCH",
            description = "Of an index only this: linux/arm64. Engines before 25 load no more than one.")
    private @Nullable String platform;

    @Override
    public Integer call() throws IOException {
        RemoteName name = RemoteName.parse(reference);
        Optional<Platform> wanted = Optional.ofNullable(platform).map(Platform::parse);
        try (Remote remote = connection.open(name, ConnectionOptions.agent());
                Progress progress = progressOptions.open(spec.commandLine().getErr())) {
            DistributionClient registry = new DistributionClient(remote.registry());
            Exporter exporter = new Exporter(registry, progress, Pause.REAL);
            Artifact artifact = exporter.find(name, wanted);
            refuseSparse(artifact, name);
            if (output.equals("-")) {
                OutputStream out = new BufferedOutputStream(System.out, BUFFER_BYTES);
                exporter.write(artifact, name, out);
                out.flush();
            } else {
                NewFile.write(Path.of(output), artifact.blobBytes(), out -> exporter.write(artifact, name, out));
                spec.commandLine().getOut().println(artifact.top().digest());
            }
            tell(artifact, name);
        }
        return ExitCode.DONE.code();
    }

    private static void refuseSparse(Artifact artifact, RemoteName name) {
        if (!artifact.absent().isEmpty()) {
            throw new Failure(
                    ExitCode.NOT_FOUND,
                    "the registry lacks " + artifact.absent().size() + " of the manifests that " + name + " lists",
                    "choose one that is there with --platform");
        }
    }

    private void tell(Artifact artifact, RemoteName name) {
        if (!progressOptions.notesWanted()) {
            return;
        }
        spec.commandLine()
                .getErr()
                .printf(
                        "exported %s: %d blobs, %s%n",
                        name, artifact.blobs().size(), Amount.text(artifact.blobBytes()));
        if (artifact.top().view() instanceof Manifest.Index
                && Exporter.loadable(artifact).isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("it is for several platforms; docker load of engines before 25 needs --platform");
        }
    }
}
