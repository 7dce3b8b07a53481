package dev.mangrove.catalog.archive;

import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.distribution.client.UploadSource;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.MalformedContentException;
import dev.mangrove.oci.Manifest;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.MediaType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An OCI image layout in a tar (image specification, "image-layout.md"): what skopeo, podman and newer dockers write. */
final class LayoutArchive implements ImageArchive {
    static final String INDEX_FILE = "index.json";
    static final String REF_NAME = "org.opencontainers.image.ref.name";
    static final String IMAGE_NAME = "io.containerd.image.name";

    private final TarFile tar;
    private final List<Entry> entries;

    private LayoutArchive(TarFile tar, List<Entry> entries) {
        this.tar = tar;
        this.entries = entries;
    }

    /** Reads the index; empty if the tar is no such layout. */
    static Optional<ImageArchive> open(TarFile tar) throws IOException {
        Optional<byte[]> index = tar.read(INDEX_FILE, MAX_JSON_BYTES);
        if (index.isEmpty()) {
            return Optional.empty();
        }
        try {
            ManifestContent parsed = ManifestContent.parse(index.get(), MediaType.OCI_INDEX, Algorithm.SHA256);
            if (parsed.view() instanceof Manifest.Index list) {
                List<Entry> entries = list.manifests().stream()
                        .map(descriptor -> new Entry(descriptor, names(descriptor)))
                        .toList();
                return Optional.of(new LayoutArchive(tar, entries));
            }
        } catch (MalformedContentException e) {
            throw Refused.because("its " + INDEX_FILE + " cannot be read: " + e.getMessage());
        }
        throw Refused.because("its " + INDEX_FILE + " is not an index");
    }

    /** The full name first, where there is one. */
    private static List<String> names(Descriptor descriptor) {
        List<String> names = new ArrayList<>();
        for (String key : List.of(IMAGE_NAME, REF_NAME)) {
            String name = descriptor.annotations().get(key);
            if (name != null && !name.isBlank()) {
                names.add(name);
            }
        }
        return names;
    }

    @Override
    public List<Entry> entries() {
        return entries;
    }

    @Override
    public Optional<byte[]> manifest(Descriptor descriptor) throws IOException {
        Optional<byte[]> raw = tar.read(path(descriptor.digest()), MAX_JSON_BYTES);
        if (raw.isPresent()
                && !Digest.ofBytes(descriptor.digest().algorithm(), raw.get()).equals(descriptor.digest())) {
            throw new Failure(
                    ExitCode.DIGEST_MISMATCH,
                    "the archive holds other bytes than " + descriptor.digest() + " under that name",
                    "it is damaged; get it again");
        }
        return raw;
    }

    @Override
    public Optional<UploadSource> blob(Descriptor descriptor) {
        Optional<ByteRange> range = tar.find(path(descriptor.digest()));
        range.ifPresent(found -> {
            if (found.length() != descriptor.sizeBytes()) {
                throw new Failure(
                        ExitCode.DIGEST_MISMATCH,
                        "the archive holds " + found.length() + " bytes for " + descriptor.digest() + ", which has "
                                + descriptor.sizeBytes(),
                        "it is damaged; get it again");
            }
        });
        return range.map(found -> tar.blob(descriptor.digest(), found));
    }

    static String path(Digest digest) {
        return "blobs/" + digest.algorithm().wireName() + "/" + digest.hex();
    }
}
