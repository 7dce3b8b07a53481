package dev.mangrove.distribution.client;

import dev.mangrove.content.BlobStat;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Reference;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads from one registry. Empty means that the registry says there is no such thing; any other trouble is a {@link
 * dev.mangrove.content.ContentException}. A repository is named as the registry itself names it, so at a registry that
 * proxies others the name may begin with a host.
 */
public final class DistributionClient {
    private final RegistryConnection registry;
    private final ManifestReads manifests;
    private final BlobReads blobs;
    private final Lists lists;

    public DistributionClient(RegistryConnection registry) {
        this.registry = registry;
        this.manifests = new ManifestReads(registry);
        this.blobs = new BlobReads(registry);
        this.lists = new Lists(registry, manifests);
    }

    /** Where this registry is. */
    public RegistryUrl url() {
        return registry.url();
    }

    /** What a tag or digest names now, without its bytes: costs a HEAD, which upstreams meter less than a GET. */
    public Optional<Descriptor> head(Location repository, Reference reference) throws IOException {
        return manifests.head(repository, reference);
    }

    /** The same, and whether the registry was in doubt. */
    public Optional<NamedNow> named(Location repository, Reference reference) throws IOException {
        return manifests.named(repository, reference);
    }

    /**
     * A manifest, verified against the digest asked for; by tag against the digest the registry told.
     *
     * @throws dev.mangrove.content.ContentException.Corrupt if the bytes are not what they should be
     */
    public Optional<ManifestContent> manifest(Location repository, Reference reference) throws IOException {
        return manifests.get(repository, reference);
    }

    /** Whether the registry has that blob in that repository, and its size. */
    public Optional<BlobStat> stat(Location repository, Digest digest) throws IOException {
        return blobs.stat(repository, digest);
    }

    /**
     * Opens a blob; its bytes come unverified, and may stop at any point with an {@code IOException}: ask again from
     * {@link RemoteBlob#position()}, which resolves URL and token anew.
     *
     * @param wanted a range of at least a byte; empty for the whole blob
     * @param knownSizeBytes size as a verified manifest tells it
     * @throws dev.mangrove.content.ContentException.Corrupt if size or range of the answer contradict what was asked
     */
    public Optional<RemoteBlob> open(
            Location repository, Digest digest, Optional<ByteRange> wanted, OptionalLong knownSizeBytes)
            throws IOException {
        return blobs.open(repository, digest, wanted, knownSizeBytes);
    }

    /** Tags in ASCII order after {@code last}, at most {@code limit}; empty: no such repository. */
    public Optional<List<Tag>> tags(Location repository, Optional<String> last, int limit) throws IOException {
        return lists.tags(repository, last, limit);
    }

    /** Manifests attached to {@code subject}, by the referrers API, else by the tag that stood in for it. */
    public List<Descriptor> referrers(Location repository, Digest subject) throws IOException {
        return lists.referrers(repository, subject, Optional.empty());
    }

    /** The same, asked by who holds blobs of {@code heldBase} and would welcome a delta from it. */
    public List<Descriptor> referrers(Location repository, Digest subject, Digest heldBase) throws IOException {
        return lists.referrers(repository, subject, Optional.of(heldBase));
    }
}
