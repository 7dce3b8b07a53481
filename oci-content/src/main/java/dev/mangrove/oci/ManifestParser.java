package dev.mangrove.oci;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads manifests and indexes of OCI and Docker by one forward pass. Unknown fields are skipped, duplicate keys and
 * wrong types of known fields are refused: two readers that disagree on a manifest are a security hole.
 */
final class ManifestParser {
    private @Nullable Descriptor config;
    private @Nullable List<Descriptor> layers;
    private @Nullable List<Descriptor> manifests;
    private @Nullable Descriptor subject;
    private @Nullable String artifactType;
    private @Nullable String mediaType;
    private Map<String, String> annotations = Map.of();

    private ManifestParser() {}

    static Manifest parse(byte[] raw, MediaType declared) {
        refuseOversize(raw);
        ManifestParser parser = new ManifestParser();
        return StrictJson.read(raw, json -> parser.manifest(json, raw, declared));
    }

    /** The {@code mediaType} field; empty if there is none. */
    static Optional<MediaType> mediaType(byte[] raw) {
        refuseOversize(raw);
        ManifestParser parser = new ManifestParser();
        return StrictJson.read(raw, json -> {
            StrictJson.object(json, "manifest", parser::field);
            String own = parser.mediaType;
            return own == null ? Optional.empty() : Optional.of(StrictJson.mediaType(json, own));
        });
    }

    private static void refuseOversize(byte[] raw) {
        if (raw.length > ManifestContent.MAX_BYTES) {
            throw new MalformedContentException(
                    "manifest of " + raw.length + " bytes is over the limit of " + ManifestContent.MAX_BYTES, -1);
        }
    }

    private Manifest manifest(JsonParser json, byte[] raw, MediaType declared) throws IOException {
        StrictJson.object(json, "manifest", this::field);
        MediaType type = mediaType == null ? declared : StrictJson.mediaType(json, mediaType);
        Optional<Descriptor> ofSubject = Optional.ofNullable(subject);
        Optional<String> ofType = Optional.ofNullable(artifactType);
        if (type.isIndex()) {
            if (config != null || layers != null) {
                throw new MalformedContentException("an index must not have config or layers", -1);
            }
            return new Manifest.Index(manifests == null ? List.of() : manifests, ofSubject, ofType, annotations);
        }
        if (type.equals(MediaType.OCI_MANIFEST) || type.equals(MediaType.DOCKER_MANIFEST)) {
            Descriptor configured = config;
            if (configured == null) {
                throw new MalformedContentException("the manifest has no config", -1);
            }
            if (manifests != null) {
                throw new MalformedContentException("an image manifest must not have manifests", -1);
            }
            Optional<String> kind =
                    ofType.or(() -> Optional.of(configured.mediaType().value()));
            return new Manifest.Image(configured, layers == null ? List.of() : layers, ofSubject, kind, annotations);
        }
        Set<Digest> mentioned = StrictJson.read(raw, ManifestParser::digests);
        ofSubject.map(Descriptor::digest).ifPresent(mentioned::remove);
        return new Manifest.Unknown(ofSubject, ofType, annotations, List.copyOf(mentioned));
    }

    private void field(JsonParser json, String name) throws IOException {
        switch (name) {
            case "config" -> config = descriptor(json);
            case "layers" -> layers = descriptors(json);
            case "manifests" -> manifests = descriptors(json);
            case "subject" -> subject = descriptor(json);
            case "artifactType" -> artifactType = StrictJson.string(json, name);
            case "mediaType" -> mediaType = StrictJson.string(json, name);
            case "annotations" -> annotations = strings(json);
            default -> json.skipChildren();
        }
    }

    /** Every text that is a digest, wherever it stands. */
    private static Set<Digest> digests(JsonParser json) throws IOException {
        Set<Digest> found = new LinkedHashSet<>();
        int depth = 0;
        do {
            JsonToken token = json.currentToken();
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (token == JsonToken.VALUE_STRING && json.getTextLength() <= Digest.MAX_CHARS) {
                Digest.find(json.getText()).ifPresent(found::add);
            }
        } while (depth > 0 && json.nextToken() != null);
        return found;
    }

    private static List<Descriptor> descriptors(JsonParser json) throws IOException {
        List<Descriptor> found = new ArrayList<>();
        StrictJson.array(json, "descriptors", () -> found.add(descriptor(json)));
        return found;
    }

    /** Reads one descriptor; the parser stands on its opening brace. */
    static Descriptor descriptor(JsonParser json) throws IOException {
        DescriptorFields fields = new DescriptorFields();
        StrictJson.object(json, "descriptor", fields::field);
        return fields.build(json);
    }

    private static Map<String, String> strings(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return Map.of();
        }
        Map<String, String> found = new LinkedHashMap<>();
        StrictJson.object(json, "annotations", (j, name) -> found.put(name, StrictJson.string(j, name)));
        return found;
    }

    private static final class DescriptorFields {
        private @Nullable String mediaType;
        private @Nullable String digest;
        private long sizeBytes = -1;
        private @Nullable String artifactType;
        private Map<String, String> annotations = Map.of();
        private final List<String> urls = new ArrayList<>();

        void field(JsonParser json, String name) throws IOException {
            switch (name) {
                case "mediaType" -> mediaType = StrictJson.string(json, name);
                case "digest" -> digest = StrictJson.string(json, name);
                case "size" -> sizeBytes = StrictJson.wholeNumber(json, name);
                case "artifactType" -> artifactType = StrictJson.string(json, name);
                case "annotations" -> annotations = strings(json);
                case "urls" -> StrictJson.array(json, name, () -> urls.add(StrictJson.string(json, "url")));
                default -> json.skipChildren();
            }
        }

        Descriptor build(JsonParser json) {
            if (mediaType == null || digest == null || sizeBytes < 0) {
                throw StrictJson.malformed(json, "a descriptor needs mediaType, digest and a size of 0 or more");
            }
            return new Descriptor(
                    StrictJson.mediaType(json, mediaType),
                    StrictJson.digest(json, digest),
                    sizeBytes,
                    Optional.ofNullable(artifactType),
                    annotations,
                    urls);
        }
    }
}
