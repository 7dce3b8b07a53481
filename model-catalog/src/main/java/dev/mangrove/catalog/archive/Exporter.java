package dev.mangrove.catalog.archive;

import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.cli.Progress;
import dev.mangrove.cli.RemoteName;
import dev.mangrove.distribution.client.DistributionClient;
import dev.mangrove.distribution.client.Pause;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Manifest;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Pinned;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes an artifact of a registry as an OCI layout in a tar. An image also gets docker's table, which engines before 25
 * need to load it. The tables come first, so that a reader of a pipe knows what follows.
 */
final class Exporter {
    private final DistributionClient registry;
    private final Progress progress;
    private final Pause pause;

    Exporter(DistributionClient registry, Progress progress, Pause pause) {
        this.registry = registry;
        this.progress = progress;
        this.pause = pause;
    }

    /** Finds everything an artifact consists of; of an index only one platform if so wished. */
    Artifact find(RemoteName name, Optional<Platform> platform) throws IOException {
        ManifestContent named = registry.manifest(name.repository(), name.reference())
                .orElseThrow(() -> new Failure(
                        ExitCode.NOT_FOUND, "there is no " + name + " at " + registry.url(), "check name and tag"));
        ManifestContent top = platform.isPresent() && named.view() instanceof Manifest.Index index
                ? choose(name, named, index, platform.get())
                : named;
        Artifact artifact = Artifact.collect(
                top.descriptor(),
                descriptor -> descriptor.digest().equals(top.digest())
                        ? Optional.of(top)
                        : registry.manifest(name.repository(), new Pinned(descriptor.digest())));
        return artifact;
    }

    private ManifestContent choose(RemoteName name, ManifestContent named, Manifest.Index index, Platform wanted)
            throws IOException {
        Map<Digest, Platform> platforms = Platform.of(named.raw());
        for (Descriptor listed : index.manifests()) {
            Platform platform = platforms.get(listed.digest());
            if (platform != null && platform.fits(wanted)) {
                return registry.manifest(name.repository(), new Pinned(listed.digest()))
                        .orElseThrow(() -> new Failure(
                                ExitCode.NOT_FOUND,
                                "the registry lists " + wanted + " of " + name + " and lacks it",
                                ""));
            }
        }
        throw new Failure(ExitCode.NOT_FOUND, name + " is not there for " + wanted, "it is for " + platforms.values());
    }

    /** The one image that an engine can load of it; empty if there is none, or more than one. */
    static Optional<ManifestContent> loadable(Artifact artifact) {
        Map<Digest, Platform> platforms = artifact.top().view() instanceof Manifest.Index
                ? Platform.of(artifact.top().raw())
                : Map.of();
        List<ManifestContent> images = artifact.manifests().stream()
                .filter(manifest -> manifest.view() instanceof Manifest.Image image && isRunnable(image))
                .filter(manifest -> Optional.ofNullable(platforms.get(manifest.digest()))
                        .map(Platform::isReal)
                        .orElse(true))
                .toList();
        return images.size() == 1 ? Optional.of(images.getFirst()) : Optional.empty();
    }

    private static boolean isRunnable(Manifest.Image image) {
        String config = image.config().mediaType().value();
        return config.equals("application/vnd.oci.image.config.v1+json")
                || config.equals("application/vnd.docker.container.image.v1+json");
    }

    void write(Artifact artifact, RemoteName name, OutputStream out) throws IOException {
        try (TarWriter tar = new TarWriter(out)) {
            tar.file("oci-layout", ImageJson.layoutVersion());
            tar.file(LayoutArchive.INDEX_FILE, index(artifact, name));
            Optional<ManifestContent> image = loadable(artifact);
            if (image.isPresent() && image.get().view() instanceof Manifest.Image view) {
                tar.file("manifest.json", dockerTable(view, name));
            }
            folders(artifact, tar);
            for (ManifestContent manifest : artifact.manifests().reversed()) {
                tar.file(LayoutArchive.path(manifest.digest()), manifest.raw());
            }
            BlobCopy copy = new BlobCopy(registry, name.repository(), pause);
            for (Descriptor blob : artifact.blobs().values()) {
                Progress.Item item =
                        progress.start(Importer.shortName(blob), blob.digest().toString(), blob.sizeBytes());
                tar.file(LayoutArchive.path(blob.digest()), blob.sizeBytes(), entry -> copy.copy(blob, entry, item));
                item.done("exported");
            }
        }
    }

    private static byte[] index(Artifact artifact, RemoteName name) {
        Map<String, String> annotations = new TreeMap<>();
        if (name.digest().isEmpty()) {
            annotations.put(LayoutArchive.REF_NAME, tag(name));
            annotations.put(LayoutArchive.IMAGE_NAME, fullName(name));
        }
        return ImageJson.layoutIndex(artifact.top().descriptor(), annotations);
    }

    private static byte[] dockerTable(Manifest.Image image, RemoteName name) {
        List<String> names = name.digest().isEmpty() ? List.of(fullName(name)) : List.of();
        List<String> layers = image.layers().stream()
                .map(layer -> LayoutArchive.path(layer.digest()))
                .toList();
        return ImageJson.dockerTable(LayoutArchive.path(image.config().digest()), names, layers);
    }

    private static String tag(RemoteName name) {
        return name.reference().toString();
    }

    private static String fullName(RemoteName name) {
        return name.host().map(host -> host + "/").orElse("") + name.repository() + ":" + tag(name);
    }

    private static void folders(Artifact artifact, TarWriter tar) throws IOException {
        List<String> algorithms = new ArrayList<>();
        artifact.manifests().forEach(m -> algorithms.add(m.digest().algorithm().wireName()));
        artifact.blobs().keySet().forEach(d -> algorithms.add(d.algorithm().wireName()));
        tar.folder("blobs");
        for (String algorithm : algorithms.stream().distinct().sorted().toList()) {
            tar.folder("blobs/" + algorithm);
        }
    }
}
