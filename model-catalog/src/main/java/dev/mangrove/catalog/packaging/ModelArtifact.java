package dev.mangrove.catalog.packaging;

import dev.mangrove.oci.Digest;
import dev.mangrove.oci.ManifestContent;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A model as an artifact: same files, names and options, same digest.
 *
 * @param manifest what names it
 * @param config bytes of its config blob
 * @param files the blobs that are files, in the order of the layers
 */
record ModelArtifact(ManifestContent manifest, byte[] config, List<HashedFile> files) {
    private static final String STANDARD = "org.opencontainers.image.";

    /**
     * What a publisher says of a model beside its files.
     *
     * @param base the model it was made of
     * @param adapter manifest, in the same repository, of a low-rank adapter that was merged into it
     */
    record Claims(
            String name,
            Optional<String> version,
            List<String> licenses,
            Optional<Base> base,
            Optional<Digest> adapter,
            Map<String, String> annotations) {}

    /** The model that another was made of, and how: {@code finetune}, {@code adapter}, {@code quantized}, {@code merge}. */
    record Base(String name, String digest, Optional<String> relation) {}

    static ModelArtifact of(List<HashedFile> files, Claims claims) throws IOException {
        ModelFacts facts = ModelFacts.of(files.stream().map(HashedFile::file).toList());
        byte[] config = ModelConfig.json(claims.name(), claims.version(), claims.licenses(), facts, files);
        return new ModelArtifact(Manifests.model(config, files, annotations(claims)), config, files);
    }

    private static Map<String, String> annotations(Claims claims) {
        Map<String, String> all = new TreeMap<>();
        claims.version().ifPresent(version -> all.put(STANDARD + "version", version));
        if (!claims.licenses().isEmpty()) {
            all.put(STANDARD + "licenses", String.join(" AND ", claims.licenses()));
        }
        claims.base().ifPresent(base -> {
            all.put(STANDARD + "base.name", base.name());
            all.put(STANDARD + "base.digest", base.digest());
            base.relation().ifPresent(relation -> all.put("dev.mangrove.base.relation", relation));
        });
        claims.adapter().ifPresent(adapter -> all.put("dev.mangrove.base.adapter", adapter.toString()));
        all.putAll(claims.annotations());
        return all;
    }
}
