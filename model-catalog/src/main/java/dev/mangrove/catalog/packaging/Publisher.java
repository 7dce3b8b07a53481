package dev.mangrove.catalog.packaging;

import dev.mangrove.cli.Progress;
import dev.mangrove.cli.Together;
import dev.mangrove.distribution.client.PushOutcome;
import dev.mangrove.distribution.client.UploadProgress;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Publishes models: names every file, uploads what is not there, then the manifest, then what is attached to it. Every
 * step can be done again without harm, so an interrupted publish is repeated as a whole.
 */
final class Publisher {
    private static final byte[] EMPTY_CONFIG = {'{', '}'};

    private final Destination destination;
    private final Progress progress;
    private final int atOnce;
    private final boolean dryRun;
    private final AtomicLong uploadedBytes = new AtomicLong();

    /** @param dryRun names everything and asks what is there, changes nothing */
    Publisher(Destination destination, Progress progress, int atOnce, boolean dryRun) {
        this.destination = destination;
        this.progress = progress;
        this.atOnce = atOnce;
        this.dryRun = dryRun;
    }

    /** Bytes of files that had to be uploaded. */
    long uploadedBytes() {
        return uploadedBytes.get();
    }

    /** Publishes files as one model under all the tags, and returns its manifest. */
    ManifestContent publish(List<ModelFile> files, ModelArtifact.Claims claims, List<Tag> tags) throws IOException {
        ModelArtifact model = ModelArtifact.of(Together.run(atOnce, files, this::push), claims);
        finish(model.config(), model.manifest(), tags);
        return model.manifest();
    }

    /** Attaches a file to a manifest, and returns the manifest of the attachment. */
    ManifestContent attach(ManifestContent subject, ModelFile file, String artifactType, String layerType)
            throws IOException {
        HashedFile hashed = push(file);
        ManifestContent referrer = Manifests.referrer(subject.descriptor(), artifactType, layerType, hashed);
        finish(EMPTY_CONFIG, referrer, List.of());
        return referrer;
    }

    private void finish(byte[] config, ManifestContent manifest, List<Tag> tags) throws IOException {
        if (!dryRun) {
            destination.push(SmallBlob.of(config), UploadProgress.NONE);
            destination.put(manifest, tags);
        }
    }

    private HashedFile push(ModelFile file) throws IOException {
        HashedFile hashed = HashedFile.of(file, progress);
        Progress.Item item = progress.start(file.path(), hashed.digest().toString(), file.sizeBytes());
        if (dryRun) {
            boolean there = destination.has(hashed.digest());
            count(there, file);
            item.done(there ? "already there" : "would be uploaded");
            return hashed;
        }
        long[] shownBytes = {0};
        PushOutcome outcome = destination.push(hashed, (sentBytes, totalBytes) -> {
            item.advance(sentBytes - shownBytes[0]);
            shownBytes[0] = sentBytes;
        });
        count(outcome != PushOutcome.UPLOADED, file);
        item.done(outcome == PushOutcome.UPLOADED ? "uploaded" : "already there");
        return hashed;
    }

    private void count(boolean there, ModelFile file) {
        if (!there) {
            uploadedBytes.addAndGet(file.sizeBytes());
        }
    }
}
