package dev.mangrove.catalog.archive;

import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.cli.Progress;
import dev.mangrove.cli.Together;
import dev.mangrove.distribution.client.DistributionClient;
import dev.mangrove.distribution.client.Pause;
import dev.mangrove.distribution.client.PushClient;
import dev.mangrove.distribution.client.PushOutcome;
import dev.mangrove.distribution.client.RegistryConnection;
import dev.mangrove.distribution.client.UploadSource;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Brings artifacts of an archive into repositories of one registry: blobs, then manifests from the leaves up, then tags. */
final class Importer {
    private final ImageArchive archive;
    private final DistributionClient reads;
    private final PushClient writes;
    private final Progress progress;
    private final int atOnce;
    private final boolean dryRun;
    private final AtomicLong uploadedBytes = new AtomicLong();

    Importer(ImageArchive archive, RegistryConnection registry, Progress progress, int atOnce, boolean dryRun) {
        this.archive = archive;
        this.reads = new DistributionClient(registry);
        this.writes = new PushClient(registry, Pause.REAL);
        this.progress = progress;
        this.atOnce = atOnce;
        this.dryRun = dryRun;
    }

    /** Bytes of blobs that were not there. */
    long uploadedBytes() {
        return uploadedBytes.get();
    }

    void bring(Artifact artifact, Location repository, List<Tag> tags) throws IOException {
        Together.run(atOnce, artifact.blobs().values(), blob -> {
            push(blob, repository);
            return blob;
        });
        if (dryRun) {
            return;
        }
        for (ManifestContent manifest : artifact.manifests()) {
            boolean top = manifest.digest().equals(artifact.top().digest());
            writes.pushManifest(repository, manifest, top ? tags : List.of());
        }
    }

    private void push(Descriptor blob, Location repository) throws IOException {
        Optional<UploadSource> source = archive.blob(blob);
        Progress.Item item = progress.start(shortName(blob), blob.digest().toString(), blob.sizeBytes());
        if (source.isEmpty() || dryRun) {
            boolean there = reads.stat(repository, blob.digest()).isPresent();
            if (!there && source.isEmpty()) {
                throw new Failure(
                        ExitCode.NOT_FOUND,
                        "the archive lacks the blob " + blob.digest() + ", and the registry does not have it either",
                        "make the archive anew, with all layers");
            }
            count(there, blob);
            item.done(there ? "already there" : "would be uploaded");
            return;
        }
        long[] shownBytes = {0};
        PushOutcome outcome = writes.pushBlob(repository, source.get(), Optional.empty(), (sentBytes, totalBytes) -> {
            item.advance(sentBytes - shownBytes[0]);
            shownBytes[0] = sentBytes;
        });
        count(outcome != PushOutcome.UPLOADED, blob);
        item.done(outcome == PushOutcome.UPLOADED ? "uploaded" : "already there");
    }

    private void count(boolean there, Descriptor blob) {
        if (!there) {
            uploadedBytes.addAndGet(blob.sizeBytes());
        }
    }

    static String shortName(Descriptor blob) {
        String title = blob.annotations().getOrDefault("org.opencontainers.image.title", "");
        return title.isEmpty() ? blob.digest().hex().substring(0, 12) : Refused.shown(title);
    }
}
