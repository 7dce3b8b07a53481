package dev.mangrove.catalog.archive;

import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.cli.Progress;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.MalformedContentException;
import dev.mangrove.oci.Manifest;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.MediaType;
import java.io.IOException;
import java.util.Optional;

/** Tells the formats of archives apart, and reads artifacts out of any of them. */
final class Archives {
    private Archives() {}

    /** Reads the table of a layout or, if it is none, of a docker archive. Newer dockers write both: then the layout. */
    static ImageArchive open(TarFile tar, ArchiveLimits limits, Progress progress) throws IOException {
        Optional<ImageArchive> layout = LayoutArchive.open(tar);
        if (layout.isPresent()) {
            return layout.get();
        }
        return DockerArchive.open(tar, limits, progress)
                .orElseThrow(() -> Refused.because("it has neither an index.json nor a manifest.json"));
    }

    /** One of its entries with everything below it. */
    static Artifact artifact(ImageArchive archive, ImageArchive.Entry entry) throws IOException {
        Artifact artifact = Artifact.collect(entry.descriptor(), descriptor -> manifest(archive, descriptor));
        if (artifact.manifests().isEmpty()) {
            throw Refused.because("the manifest " + entry.descriptor().digest() + " is not in it");
        }
        return artifact;
    }

    private static Optional<ManifestContent> manifest(ImageArchive archive, Descriptor descriptor) throws IOException {
        Optional<byte[]> raw = archive.manifest(descriptor);
        if (raw.isEmpty()) {
            return Optional.empty();
        }
        if (raw.get().length != descriptor.sizeBytes()) {
            throw new Failure(
                    ExitCode.DIGEST_MISMATCH,
                    "the archive holds " + raw.get().length + " bytes for the manifest " + descriptor.digest()
                            + ", which has " + descriptor.sizeBytes(),
                    "it is damaged; get it again");
        }
        try {
            MediaType type = descriptor.mediaType();
            return Optional.of(
                    ManifestContent.parse(raw.get(), type, descriptor.digest().algorithm()));
        } catch (MalformedContentException e) {
            throw Refused.because("the manifest " + descriptor.digest() + " cannot be read: " + e.getMessage());
        }
    }

    /** The manifest that an entry is attached to. */
    static Optional<Descriptor> subject(ImageArchive archive, ImageArchive.Entry entry) throws IOException {
        return manifest(archive, entry.descriptor()).map(ManifestContent::view).flatMap(Manifest::subject);
    }
}
