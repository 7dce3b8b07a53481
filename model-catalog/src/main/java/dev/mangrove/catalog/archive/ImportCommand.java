package dev.mangrove.catalog.archive;

import dev.mangrove.cli.Amount;
import dev.mangrove.cli.ConnectionOptions;
import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.cli.HostPort;
import dev.mangrove.cli.Progress;
import dev.mangrove.cli.ProgressOptions;
import dev.mangrove.cli.Remote;
import dev.mangrove.cli.RemoteName;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mangrove import TAR|- [REF]}: what an archive holds, into a registry. */
@Command(
        name = "import",
        description = {
            "Brings the artifacts of a tar (OCI layout, or docker save; also gzipped) into a registry.",
            "With REF prints the digest of the artifact; without, a line NAME:TAG@DIGEST for each one named in the tar."
        })
final class ImportCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private ConnectionOptions connection = new ConnectionOptions();

    @Mixin
    private ProgressOptions progressOptions = new ProgressOptions();

    @Parameters(index = "0", paramLabel = "TAR|-", description = "The archive; - for standard input.")
    private String archive = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "REF",
            description = "[HOST[:PORT]/]NAME[:TAG]; usual: every name in the archive, at the catalog.")
    private @Nullable String reference;

    @Option(names = "--image", paramLabel = "NAME|DIGEST", description = "Which of several artifacts REF is for.")
    private @Nullable String image;

    @Option(
            names = "--temp",
            paramLabel = "DIR",
            description = "For a copy of what comes gzipped or through a pipe; usual: $TMPDIR, else /var/tmp.")
    private @Nullable Path temp;

    @Option(names = "--dry-run", description = "Tells what would be sent and changes nothing.")
    private boolean dryRun;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            description = "Blobs under way at once; usual: ${DEFAULT-VALUE}.")
    private int atOnce = 3;

    @Override
    public Integer call() throws IOException {
        Optional<RemoteName> name = Optional.ofNullable(reference).map(RemoteName::parse);
        refuseWhatMakesNoSense(name);
        Spool spool = new Spool(temp == null ? TemporaryFolder.usual() : temp, ArchiveLimits.USUAL);
        FileChannel opened = archive.equals("-") ? spool.open(System.in) : spool.open(Path.of(archive));
        try (TarFile tar = TarFile.open(opened, ArchiveLimits.USUAL);
                Progress progress = progressOptions.open(spec.commandLine().getErr())) {
            ImageArchive images = Archives.open(tar, ArchiveLimits.USUAL, progress);
            Selection selection = new Selection(images);
            List<Selection.Target> targets = name.isPresent()
                    ? selection.under(name.get(), Optional.ofNullable(image))
                    : selection.underOwnNames();
            HostPort usual = ConnectionOptions.catalog();
            try (Remote remote = connection.open(name.flatMap(RemoteName::host).orElse(usual.toString()))) {
                Importer importer =
                        new Importer(images, remote.registry(), progress, Math.clamp(atOnce, 1, 64), dryRun);
                for (Selection.Target target : targets) {
                    bring(importer, images, target, remote);
                }
            }
        }
        return ExitCode.DONE.code();
    }

    private void refuseWhatMakesNoSense(Optional<RemoteName> name) {
        if (name.flatMap(RemoteName::digest).isPresent()) {
            throw new Failure(ExitCode.USAGE, "a name to import under has no digest: " + name.get(), "");
        }
        if (image != null && name.isEmpty()) {
            throw new Failure(
                    ExitCode.USAGE, "--image chooses what REF is for, and there is no REF", "mangrove import TAR REF");
        }
    }

    private void bring(Importer importer, ImageArchive images, Selection.Target target, Remote remote)
            throws IOException {
        Artifact artifact = Archives.artifact(images, target.entry());
        long before = importer.uploadedBytes();
        importer.bring(artifact, target.repository(), target.tags());
        if (progressOptions.notesWanted()) {
            tell(artifact, target, remote, importer.uploadedBytes() - before);
        }
        if (target.tags().isEmpty()) {
            return; // attached to what was printed before
        }
        String digest = artifact.top().digest().toString();
        if (reference != null) {
            spec.commandLine().getOut().println(digest);
        } else {
            target.tags()
                    .forEach(
                            tag -> spec.commandLine().getOut().println(target.repository() + ":" + tag + "@" + digest));
        }
    }

    private void tell(Artifact artifact, Selection.Target target, Remote remote, long uploadedBytes) {
        spec.commandLine()
                .getErr()
                .printf(
                        "%s %s/%s%s: %d blobs, %s, of which %s %s%s%n",
                        dryRun ? "would import" : "imported",
                        remote.url().origin().authority(),
                        target.repository(),
                        target.tags().isEmpty() ? " (attached)" : " with " + target.tags(),
                        artifact.blobs().size(),
                        Amount.text(artifact.blobBytes()),
                        Amount.text(uploadedBytes),
                        dryRun ? "are not there yet" : "were uploaded",
                        artifact.absent().isEmpty()
                                ? ""
                                : "; " + artifact.absent().size() + " listed manifests are not in the archive");
    }
}
