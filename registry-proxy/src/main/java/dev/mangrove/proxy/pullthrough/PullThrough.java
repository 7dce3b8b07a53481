package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.BlobStore;
import dev.mangrove.content.Bounds;
import dev.mangrove.content.Caller;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.Gated;
import dev.mangrove.content.files.PartialBlobs;
import dev.mangrove.content.log.NameRecord;
import dev.mangrove.content.log.Names;
import dev.mangrove.distribution.Registry;
import dev.mangrove.distribution.Resolved;
import dev.mangrove.distribution.client.ClientSettings;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Pinned;
import dev.mangrove.oci.Reference;
import dev.mangrove.oci.Tag;
import dev.mangrove.proxy.pullthrough.ManifestSource.Place;
import dev.mangrove.proxy.upstream.Asking;
import dev.mangrove.proxy.upstream.Upstreams;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a region and an agent offer: everything their upstreams have, kept once asked for, and served without them. Which
 * callers may read which repositories was decided before; here, each repository sees only what its own upstream has.
 */
public final class PullThrough implements Registry, AutoCloseable {
    private final Names names;
    private final Asking asking;
    private final ManifestSource manifests;
    private final TagResolver tags;
    private final BlobGate gate;
    private final KnownBlobs known;
    private final Fills fills;
    private final Gated blobs;
    private final Attached attached;

    /**
     * What a pull-through stands on; owned by whoever makes it, and closed after it.
     *
     * @param partials without eviction
     * @param room makes room for a blob, once its upstream confirmed its size
     */
    public record Parts(BlobStore store, PartialBlobs partials, Names names, WanMeter meter, RoomMaker room) {
        /** Without eviction: what does not fit is refused. */
        public Parts(BlobStore store, PartialBlobs partials, Names names, WanMeter meter) {
            this(store, partials, names, meter, RoomMaker.NONE);
        }
    }

    public PullThrough(
            Parts parts, Upstreams upstreams, Freshness freshness, FillLimits limits, ClientSettings settings) {
        this(parts, upstreams, freshness, limits, settings, registry -> Shortcut.NONE);
    }

    /** @param shortcut makes what looks for cheaper ways to blobs, by what it can pull through the registry given */
    public PullThrough(
            Parts parts,
            Upstreams upstreams,
            Freshness freshness,
            FillLimits limits,
            ClientSettings settings,
            Function<Registry, Shortcut> shortcut) {
        this.names = parts.names();
        this.asking = new Asking(upstreams);
        KnownBlobs known = new KnownBlobs(settings.clock());
        ManifestShelf shelf = new ManifestShelf(parts.store(), names, parts.room(), settings.clock());
        this.manifests = new ManifestSource(shelf, asking, known, parts.meter(), settings.clock());
        this.tags = new TagResolver(names, manifests, asking, freshness, settings.clock());
        this.gate = new BlobGate(names, asking, known, settings.clock());
        this.fills = new Fills(
                parts.partials(),
                parts.store(),
                asking,
                gate,
                parts.meter(),
                shortcut.apply(this),
                limits,
                settings.pause(),
                settings.clock());
        this.known = known;
        this.blobs = new Gated(
                new BlobPullThrough(parts.store(), parts.partials(), parts.room(), gate, fills),
                request -> gate.admits(
                        new Place(request.via(), request.digest()),
                        digest -> parts.store().stat(digest).isPresent()
                                || fills.find(digest).isPresent()));
        this.attached = new Attached(names, asking, settings.clock());
    }

    @Override
    public Optional<Resolved> resolve(Location repository, Reference reference, Caller caller) throws IOException {
        return switch (reference) {
            case Pinned pinned -> manifests.get(repository, pinned.digest());
            case Tag tag -> tags.resolve(repository, tag);
        };
    }

    @Override
    public Gated blobs() {
        return blobs;
    }

    /** As the upstream lists them; those seen here if it cannot be asked. */
    @Override
    public Optional<List<Tag>> tags(Location repository, Optional<String> last, int limit, Caller caller)
            throws IOException {
        try {
            return asking.first(repository, s -> s.upstream().client().tags(s.remote(), last, limit))
                    .map(Asking.Answer::value);
        } catch (ContentException.Unavailable e) {
            if (!names.exists(repository)) {
                throw e;
            }
            return Optional.of(names.tags(repository, last, limit));
        }
    }

    @Override
    public List<Descriptor> referrers(Location repository, Digest subject, Caller caller) throws IOException {
        return attached.referrers(repository, subject, Optional.empty());
    }

    @Override
    public List<Descriptor> referrers(Location repository, Digest subject, Digest heldBase, Caller caller)
            throws IOException {
        return attached.referrers(repository, subject, Optional.of(heldBase));
    }

    /** Only those seen here: upstreams are not listed for strangers. */
    @Override
    public List<Location> repositories(Optional<String> last, int limit, Caller caller) throws IOException {
        return names.repositories(last, limit);
    }

    /** Shows the fills, the questions to upstreams, and what is remembered of them. */
    public void bounds(Bounds seen) {
        fills.bounds(seen);
        gate.bounds(seen);
        tags.bounds(seen);
        manifests.bounds(seen);
        attached.bounds(seen);
        known.bounds(seen);
    }

    /** Something was pushed to that repository through us: what it had not, it may have now. */
    public void pushed(Location repository) {
        tags.forget(repository);
        manifests.forget(repository);
        gate.forget(repository);
        attached.forget(repository);
    }

    /** Cuts the fills under way; their bytes stay. */
    @Override
    public void close() {
        fills.close();
    }

    /** The descriptors of manifests linked here, as a list of referrers shows them. */
    static List<Descriptor> descriptors(List<NameRecord.ManifestLinked> links) {
        List<Descriptor> found = new ArrayList<>();
        for (NameRecord.ManifestLinked link : links) {
            found.add(new Descriptor(
                    link.mediaType(),
                    link.manifest(),
                    link.sizeBytes(),
                    link.artifactType(),
                    link.annotations(),
                    List.of()));
        }
        return found;
    }
}
