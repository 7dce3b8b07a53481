package dev.mangrove.catalog.registry;

import dev.mangrove.content.BlobStore;
import dev.mangrove.content.Bounds;
import dev.mangrove.content.Caller;
import dev.mangrove.content.Gated;
import dev.mangrove.content.Origin;
import dev.mangrove.content.Stored;
import dev.mangrove.content.log.NameRecord;
import dev.mangrove.content.log.Names;
import dev.mangrove.distribution.Registry;
import dev.mangrove.distribution.Resolved;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Pinned;
import dev.mangrove.oci.Reference;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the catalog offers to those who pull: its own blobs and names, nothing from elsewhere. */
public final class CatalogRegistry implements Registry {
    private static final int SCAN_STEP = 256;
    private final Names names;
    private final Visibility visibility;
    private final Gated blobs;
    private final CatalogManifests manifests;
    private final CatalogReferrers referrers;

    /** @param visibility which repositories {@link #repositories} lists to whom */
    public CatalogRegistry(BlobStore store, Names names, Visibility visibility) {
        this.names = names;
        this.visibility = visibility;
        this.blobs = new Gated(new Stored(store), request -> names.blob(request.via(), request.digest())
                .isPresent());
        this.manifests = new CatalogManifests(store);
        this.referrers = new CatalogReferrers(names, manifests);
    }

    CatalogManifests manifests() {
        return manifests;
    }

    /** Shows what is kept on the heap. */
    public void bounds(Bounds seen) {
        manifests.bounds(seen);
    }

    @Override
    public Optional<Resolved> resolve(Location repository, Reference reference, Caller caller) throws IOException {
        Optional<Digest> digest =
                switch (reference) {
                    case Tag tag -> names.tag(repository, tag).map(NameRecord.TagMoved::manifest);
                    case Pinned pinned -> Optional.of(pinned.digest());
                };
        Optional<NameRecord.ManifestLinked> link =
                digest.isEmpty() ? Optional.empty() : names.manifest(repository, digest.get());
        Optional<ManifestContent> found = link.isEmpty() ? Optional.empty() : manifests.read(link.get());
        return found.map(manifest -> new Resolved(manifest, Origin.LOCAL, Optional.empty()));
    }

    @Override
    public Gated blobs() {
        return blobs;
    }

    @Override
    public Optional<List<Tag>> tags(Location repository, Optional<String> last, int limit, Caller caller)
            throws IOException {
        List<Tag> tags = names.tags(repository, last, limit);
        return tags.isEmpty() && !names.exists(repository) ? Optional.empty() : Optional.of(tags);
    }

    @Override
    public List<Descriptor> referrers(Location repository, Digest subject, Caller caller) throws IOException {
        return referrers.of(repository, subject);
    }

    @Override
    public List<Location> repositories(Optional<String> last, int limit, Caller caller) throws IOException {
        List<Location> visible = new ArrayList<>();
        Optional<String> after = last;
        while (visible.size() < limit) {
            List<Location> step = names.repositories(after, SCAN_STEP);
            step.stream()
                    .filter(found -> found.registry().isEmpty() && visibility.visible(found, caller))
                    .limit(limit - visible.size())
                    .forEach(visible::add);
            if (step.size() < SCAN_STEP) {
                break;
            }
            after = Optional.of(step.getLast().toString());
        }
        return visible;
    }
}
