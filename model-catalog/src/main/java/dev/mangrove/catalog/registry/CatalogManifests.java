package dev.mangrove.catalog.registry;

import dev.mangrove.content.Blob;
import dev.mangrove.content.BlobStore;
import dev.mangrove.content.Bounds;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.Ingest;
import dev.mangrove.content.log.NameRecord;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.ManifestContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Manifests as blobs of the store: read whole, checked against their digest, kept for the next reader. */
final class CatalogManifests {
    private static final long MAX_CACHED_BYTES = 32L * 1024 * 1024;
    private final BlobStore store;
    private final ManifestCache cache = new ManifestCache(MAX_CACHED_BYTES);

    CatalogManifests(BlobStore store) {
        this.store = store;
    }

    void bounds(Bounds seen) {
        seen.bounded("manifest_cache_bytes", MAX_CACHED_BYTES, cache::bytes);
    }

    /**
     * The manifest that a link means.
     *
     * @return empty if its bytes are gone
     * @throws ContentException.Corrupt if the bytes in the store are not those that were pushed
     */
    Optional<ManifestContent> read(NameRecord.ManifestLinked link) throws IOException {
        Optional<ManifestContent> kept = cache.get(link.manifest(), link.mediaType());
        if (kept.isPresent()) {
            return kept;
        }
        Optional<byte[]> raw = store.read(link.manifest(), Optional.empty(), CatalogManifests::bytes);
        if (raw.isEmpty()) {
            return Optional.empty();
        }
        // Before it is parsed: rot is rot, also where it makes no JSON.
        if (!Digest.ofBytes(link.manifest().algorithm(), raw.get()).equals(link.manifest())) {
            throw new ContentException.Corrupt(
                    link.manifest(), "the stored manifest " + link.manifest() + " is damaged; push it again");
        }
        ManifestContent manifest = ManifestContent.parse(
                raw.get(), link.mediaType(), link.manifest().algorithm());
        cache.put(manifest);
        return Optional.of(manifest);
    }

    private static byte[] bytes(Blob blob) throws IOException {
        if (blob.sizeBytes() > ManifestContent.MAX_BYTES) {
            throw new ContentException.Unavailable("the stored manifest is larger than a manifest may be", null);
        }
        return blob.asStream().readAllBytes();
    }

    /** Makes the bytes durable; they are visible once a link is. */
    void write(ManifestContent manifest) throws IOException {
        try (Ingest ingest = store.begin()) {
            ingest.write(ByteBuffer.wrap(manifest.raw()));
            ingest.commit(manifest.digest());
        }
        cache.put(manifest);
    }
}
