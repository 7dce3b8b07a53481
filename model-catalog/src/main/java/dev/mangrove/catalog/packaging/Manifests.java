package dev.mangrove.catalog.packaging;

import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.MediaType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import land.oras.ArtifactType;
import land.oras.Config;
import land.oras.Layer;
import land.oras.Manifest;
import land.oras.Subject;

/** Manifests of artifacts, modelled by the ORAS SDK and written so that the same content has the same digest. */
final class Manifests {
    static final String MODEL_TYPE = "application/vnd.cncf.model.manifest.v1+json";
    private static final String FILE_PATH = "org.cncf.model.filepath";
    private static final String FILE_METADATA = "org.cncf.model.file.metadata+json";
    private static final String TITLE = "org.opencontainers.image.title";

    private Manifests() {}

    /** The manifest of a model: its config and one layer for each file, in the order given. */
    static ManifestContent model(byte[] config, List<HashedFile> files, Map<String, String> annotations) {
        Manifest manifest = Manifest.empty()
                .withArtifactType(ArtifactType.from(MODEL_TYPE))
                .withConfig(Config.fromBlob(
                        ModelConfig.MEDIA_TYPE, blob(Digest.ofBytes(Algorithm.SHA256, config), config.length)))
                .withLayers(files.stream().map(Manifests::layer).toList())
                .withAnnotations(annotations);
        return content(manifest);
    }

    /** The manifest of a file attached to another manifest. */
    static ManifestContent referrer(Descriptor subject, String artifactType, String layerType, HashedFile file) {
        Layer layer = blob(file.digest(), file.file().sizeBytes())
                .withMediaType(layerType)
                .withAnnotations(Map.of(TITLE, file.file().path()));
        Manifest manifest = Manifest.empty()
                .withArtifactType(ArtifactType.from(artifactType))
                .withConfig(Config.empty())
                .withSubject(
                        Subject.of(subject.mediaType().value(), subject.digest().toString(), subject.sizeBytes()))
                .withLayers(List.of(layer));
        return content(manifest);
    }

    private static Layer layer(HashedFile hashed) {
        Map<String, String> annotations = new TreeMap<>();
        annotations.put(FILE_PATH, hashed.file().path());
        annotations.put(FILE_METADATA, FileMetadata.json(hashed.file()));
        return blob(hashed.digest(), hashed.file().sizeBytes())
                .withMediaType(hashed.file().kind().mediaType())
                .withAnnotations(annotations);
    }

    private static Layer blob(Digest digest, long sizeBytes) {
        return Layer.fromDigest(digest.toString(), sizeBytes);
    }

    private static ManifestContent content(Manifest manifest) {
        return ManifestContent.parse(CanonicalJson.of(manifest.toJson()), MediaType.OCI_MANIFEST, Algorithm.SHA256);
    }
}
