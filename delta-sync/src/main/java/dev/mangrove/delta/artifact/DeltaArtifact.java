package dev.mangrove.delta.artifact;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.InvalidNameException;
import dev.mangrove.oci.Manifest;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.MediaType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The deltas that lead to the blobs of one manifest from those of another: a manifest whose subject is the target. One
 * without layers says that a delta was tried and saves too little.
 *
 * @param target the manifest that the deltas lead to
 * @param baseManifest the manifest whose blobs they start from; empty for deltas that need no base
 * @param config descriptor of the encoded {@link DeltaReport}
 */
public record DeltaArtifact(
        Descriptor target, Optional<Digest> baseManifest, Descriptor config, List<BlobDelta> deltas) {
    private static final JsonFactory JSON = new JsonFactory();

    public DeltaArtifact {
        deltas = List.copyOf(deltas);
    }

    /** Whether a manifest or a descriptor is of this kind. */
    public static boolean isDelta(Optional<String> artifactType) {
        return artifactType.filter(DeltaNames.ARTIFACT_TYPE::equals).isPresent();
    }

    /** The base manifest that the annotations of a delta manifest, or of its entry in a list of referrers, name. */
    public static Optional<Digest> baseOf(Map<String, String> annotations) {
        try {
            return Optional.ofNullable(annotations.get(DeltaNames.BASE_MANIFEST))
                    .map(Digest::parse);
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
    }

    /** Bytes of all deltas. */
    public long sizeBytes() {
        return deltas.stream().mapToLong(BlobDelta::sizeBytes).sum();
    }

    private Set<BlobDelta.Adapter> adapters() {
        Set<BlobDelta.Adapter> all = new LinkedHashSet<>();
        deltas.forEach(delta -> all.addAll(delta.adapters()));
        return all;
    }

    /** Reads a manifest; empty if it is not a delta artifact. Layers that cannot be used are left out. */
    public static Optional<DeltaArtifact> of(ManifestContent manifest) {
        if (!isDelta(manifest.view().artifactType())
                || !(manifest.view() instanceof Manifest.Image image)
                || image.subject().isEmpty()) {
            return Optional.empty();
        }
        List<BlobDelta> deltas = image.layers().stream()
                .flatMap(layer -> BlobDelta.of(layer).stream())
                .toList();
        return Optional.of(
                new DeltaArtifact(image.subject().get(), baseOf(image.annotations()), image.config(), deltas));
    }

    /** The manifest; the same artifact has the same bytes. */
    public ManifestContent manifest() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("schemaVersion", 2);
            json.writeStringField("mediaType", MediaType.OCI_MANIFEST.value());
            json.writeStringField("artifactType", DeltaNames.ARTIFACT_TYPE);
            json.writeFieldName("config");
            write(json, config, Map.of());
            json.writeArrayFieldStart("layers");
            for (BlobDelta delta : deltas) {
                Descriptor layer = Descriptor.of(DeltaNames.SEGMENTS, delta.blob(), delta.sizeBytes());
                write(json, layer, delta.annotations(target.digest()));
            }
            for (BlobDelta.Adapter adapter : adapters()) {
                write(json, Descriptor.of(DeltaNames.ADAPTER, adapter.blob(), adapter.sizeBytes()), Map.of());
            }
            json.writeEndArray();
            json.writeFieldName("subject");
            write(json, Descriptor.of(target.mediaType(), target.digest(), target.sizeBytes()), Map.of());
            json.writeFieldName("annotations");
            write(json, annotations());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ManifestContent.parse(out.toByteArray(), MediaType.OCI_MANIFEST, Algorithm.SHA256);
    }

    private Map<String, String> annotations() {
        Map<String, String> all = new TreeMap<>();
        baseManifest.ifPresent(base -> all.put(DeltaNames.BASE_MANIFEST, base.toString()));
        all.put(DeltaNames.TARGET, target.digest().toString());
        all.put(
                DeltaNames.RAW_SIZE,
                Long.toString(deltas.stream().mapToLong(BlobDelta::rawSizeBytes).sum()));
        return all;
    }

    private static void write(JsonGenerator json, Descriptor descriptor, Map<String, String> annotations)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("mediaType", descriptor.mediaType().value());
        json.writeStringField("digest", descriptor.digest().toString());
        json.writeNumberField("size", descriptor.sizeBytes());
        if (!annotations.isEmpty()) {
            json.writeFieldName("annotations");
            write(json, annotations);
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Map<String, String> texts) throws IOException {
        json.writeStartObject();
        for (Map.Entry<String, String> each : texts.entrySet()) {
            json.writeStringField(each.getKey(), each.getValue());
        }
        json.writeEndObject();
    }
}
