package dev.mangrove.catalog.registry;

import dev.mangrove.content.log.NameRecord;
import dev.mangrove.content.log.Names;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Manifest;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is attached to a manifest: manifests with it as their subject, and those that older clients listed under the tag
 * {@code sha256-HEX} instead (distribution specification, "Referrers Tag Schema"; a registry that gains the API must go on
 * to show them).
 */
final class CatalogReferrers {
    private static final int MAX_TAG_ALGORITHM_CHARS = 32;
    private static final int MAX_TAG_HEX_CHARS = 64;
    private final Names names;
    private final CatalogManifests manifests;

    CatalogReferrers(Names names, CatalogManifests manifests) {
        this.names = names;
        this.manifests = manifests;
    }

    List<Descriptor> of(Location repository, Digest subject) throws IOException {
        Map<Digest, Descriptor> found = new LinkedHashMap<>();
        for (NameRecord.ManifestLinked link : names.referrers(repository, subject)) {
            found.put(link.manifest(), descriptor(link));
        }
        for (Descriptor listed : listedByTag(repository, subject)) {
            if (names.manifest(repository, listed.digest()).isPresent()) {
                found.putIfAbsent(listed.digest(), listed);
            }
        }
        return List.copyOf(found.values());
    }

    private List<Descriptor> listedByTag(Location repository, Digest subject) throws IOException {
        Optional<NameRecord.TagMoved> tagged = names.tag(repository, schemaTag(subject));
        if (tagged.isEmpty()) {
            return List.of();
        }
        Optional<NameRecord.ManifestLinked> link =
                names.manifest(repository, tagged.get().manifest());
        Optional<ManifestContent> list = link.isEmpty() ? Optional.empty() : manifests.read(link.get());
        return list.map(ManifestContent::view).orElse(null) instanceof Manifest.Index index
                ? index.manifests()
                : List.of();
    }

    /** The tag of the older scheme; it cuts what would be too long for a tag. */
    static Tag schemaTag(Digest subject) {
        String algorithm = subject.algorithm().wireName();
        String hex = subject.hex();
        return new Tag(algorithm.substring(0, Math.min(MAX_TAG_ALGORITHM_CHARS, algorithm.length())) + "-"
                + hex.substring(0, Math.min(MAX_TAG_HEX_CHARS, hex.length())));
    }

    private static Descriptor descriptor(NameRecord.ManifestLinked link) {
        return new Descriptor(
                link.mediaType(),
                link.manifest(),
                link.sizeBytes(),
                link.artifactType(),
                link.annotations(),
                List.of());
    }
}
