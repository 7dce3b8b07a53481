package dev.mangrove.catalog.archive;

import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.cli.Progress;
import dev.mangrove.distribution.client.UploadSource;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.MediaType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code docker save} writes. It has no manifests, so one is made for each image: of the config as it stands and the
 * layers as they lie there, which docker keeps uncompressed. The config names the digests of the uncompressed layers;
 * each is checked.
 */
final class DockerArchive implements ImageArchive {
    private static final String TABLE_FILE = "manifest.json";
    private static final MediaType TAR = new MediaType("application/vnd.oci.image.layer.v1.tar");
    private static final MediaType TAR_GZIP = new MediaType("application/vnd.oci.image.layer.v1.tar+gzip");

    private final TarFile tar;
    private final LayerHashes hashes;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Digest, byte[]> manifests = new HashMap<>();
    private final Map<Digest, ByteRange> blobs = new HashMap<>();

    private DockerArchive(TarFile tar, LayerHashes hashes) {
        this.tar = tar;
        this.hashes = hashes;
    }

    /** Reads the table and hashes the layers; empty if the tar is no such archive. */
    static Optional<ImageArchive> open(TarFile tar, ArchiveLimits limits, Progress progress) throws IOException {
        Optional<byte[]> table = tar.read(TABLE_FILE, MAX_JSON_BYTES);
        if (table.isEmpty()) {
            return Optional.empty();
        }
        DockerArchive archive = new DockerArchive(tar, new LayerHashes(tar, limits, progress));
        for (DockerTable.Row row : DockerTable.rows(table.get())) {
            archive.add(row);
        }
        return Optional.of(archive);
    }

    private void add(DockerTable.Row row) throws IOException {
        byte[] config = tar.read(row.config(), MAX_JSON_BYTES).orElseThrow(() -> absent(row.config()));
        List<Digest> diffIds = DockerTable.diffIds(config);
        if (diffIds.size() != row.layers().size()) {
            throw Refused.because("an image of it has " + row.layers().size() + " layers, and its config speaks of "
                    + diffIds.size());
        }
        List<Descriptor> layers = new ArrayList<>();
        for (int i = 0; i < diffIds.size(); i++) {
            layers.add(layer(row.layers().get(i), diffIds.get(i)));
        }
        Digest configDigest = Digest.ofBytes(Algorithm.SHA256, config);
        blobs.put(configDigest, tar.find(row.config()).orElseThrow());
        byte[] raw = ImageJson.manifest(Descriptor.of(MediaType.OCI_CONFIG, configDigest, config.length), layers);
        ManifestContent manifest = ManifestContent.parse(raw, MediaType.OCI_MANIFEST, Algorithm.SHA256);
        manifests.put(manifest.digest(), raw);
        entries.add(new Entry(Descriptor.of(MediaType.OCI_MANIFEST, manifest.digest(), raw.length), row.names()));
    }

    private Descriptor layer(String file, Digest diffId) throws IOException {
        ByteRange range = tar.find(file).orElseThrow(() -> absent(file));
        LayerHashes.Layer layer = hashes.of(file, range);
        if (!layer.plain().equals(diffId)) {
            throw new Failure(
                    ExitCode.DIGEST_MISMATCH,
                    "the layer " + Refused.shown(file) + " is " + layer.plain() + " and not " + diffId
                            + ", as the config of its image says",
                    "the archive is damaged; get it again");
        }
        blobs.put(layer.stored(), range);
        return Descriptor.of(layer.gzipped() ? TAR_GZIP : TAR, layer.stored(), range.length());
    }

    private static Failure absent(String file) {
        return Refused.because("the file " + Refused.shown(file) + " is not in it");
    }

    @Override
    public List<Entry> entries() {
        return entries;
    }

    @Override
    public Optional<byte[]> manifest(Descriptor descriptor) {
        return Optional.ofNullable(manifests.get(descriptor.digest()));
    }

    @Override
    public Optional<UploadSource> blob(Descriptor descriptor) {
        return Optional.ofNullable(blobs.get(descriptor.digest())).map(range -> tar.blob(descriptor.digest(), range));
    }
}
