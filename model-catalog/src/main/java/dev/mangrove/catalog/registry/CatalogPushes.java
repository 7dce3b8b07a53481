package dev.mangrove.catalog.registry;

import dev.mangrove.content.BlobStat;
import dev.mangrove.content.BlobStore;
import dev.mangrove.content.Bounds;
import dev.mangrove.content.Caller;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.Ingest;
import dev.mangrove.content.Uploads;
import dev.mangrove.content.log.NameRecord;
import dev.mangrove.content.log.Names;
import dev.mangrove.distribution.Access;
import dev.mangrove.distribution.Grant;
import dev.mangrove.distribution.PushTarget;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pushes to the catalog. A manifest may name what was never pushed: images come in parts, and a cache needs them sparse.
 *
 * <p>Order of every push: bytes durable in the store, then one append that makes them visible and leases them, then the
 * blob is retained, in case a sweep that had looked before the append moved it to the trash.
 */
public final class CatalogPushes implements PushTarget {
    private static final int COPY_BYTES = 256 * 1024;
    private static final int MAX_MOUNT_SOURCES = 1_000;
    private final BlobStore store;
    private final Uploads uploads;
    private final Names names;
    private final CatalogManifests manifests;
    private final UploadTickets tickets;
    private final Leases leases;
    private final InstantSource clock;

    /** @param ticketKey secret that binds upload sessions to repositories; kept across restarts */
    public CatalogPushes(
            BlobStore store,
            Uploads uploads,
            Names names,
            CatalogRegistry registry,
            byte[] ticketKey,
            InstantSource clock) {
        this.store = store;
        this.uploads = uploads;
        this.names = names;
        this.manifests = registry.manifests();
        this.tickets = new UploadTickets(ticketKey);
        this.leases = new Leases(clock);
        this.clock = clock;
    }

    /** Shows what is kept on the heap. */
    public void bounds(Bounds seen) {
        seen.bounded("leases_remembered", Leases.MAX_REMEMBERED, leases::remembered);
    }

    @Override
    public String openUpload(Location repository, Caller caller) throws IOException {
        return tickets.issue(repository, uploads.open());
    }

    @Override
    public Optional<Long> uploadSize(Location repository, String upload) throws IOException {
        Optional<String> session = tickets.session(repository, upload);
        return session.isEmpty() ? Optional.empty() : uploads.sizeBytes(session.get());
    }

    @Override
    public Append append(Location repository, String upload, Optional<Long> offset, InputStream body)
            throws IOException {
        Optional<Ingest> taken = take(repository, upload);
        if (taken.isEmpty()) {
            return new Append.Unknown();
        }
        try (Ingest ingest = taken.get()) {
            if (offset.isPresent() && offset.get() != ingest.sizeBytes()) {
                return new Append.OutOfOrder(ingest.sizeBytes());
            }
            byte[] buffer = new byte[COPY_BYTES];
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                ingest.write(ByteBuffer.wrap(buffer, 0, read));
            }
            return new Append.Taken(ingest.sizeBytes());
        }
    }

    @Override
    public boolean finish(Location repository, String upload, Digest expected, Caller caller) throws IOException {
        Optional<Ingest> taken = take(repository, upload);
        if (taken.isEmpty()) {
            return false;
        }
        long sizeBytes;
        try (Ingest ingest = taken.get()) {
            sizeBytes = ingest.sizeBytes();
            ingest.commit(expected);
        }
        link(repository, expected, sizeBytes);
        return true;
    }

    private Optional<Ingest> take(Location repository, String upload) throws IOException {
        Optional<String> session = tickets.session(repository, upload);
        return session.isEmpty() ? Optional.empty() : uploads.take(session.get());
    }

    @Override
    public boolean cancel(Location repository, String upload) throws IOException {
        Optional<String> session = tickets.session(repository, upload);
        return session.isPresent() && uploads.cancel(session.get());
    }

    @Override
    public boolean mount(Location repository, Digest blob, Optional<Location> from, Grant grant) throws IOException {
        List<Location> sources = from.isPresent() ? List.of(from.get()) : names.linksOf(blob, MAX_MOUNT_SOURCES);
        for (Location source : sources) {
            if (grant.allows(source, Access.Action.PULL)
                    && names.blob(source, blob).isPresent()) {
                Optional<BlobStat> here = store.retain(blob);
                if (here.isPresent()) {
                    link(repository, blob, here.get().sizeBytes());
                }
                return here.isPresent();
            }
        }
        return false;
    }

    @Override
    public void lease(Location repository, Digest digest) throws IOException {
        append(leases.due(repository, digest).map(List::of).orElse(List.of()));
    }

    private void link(Location repository, Digest blob, long sizeBytes) throws IOException {
        List<NameRecord> records = new ArrayList<>();
        Optional<NameRecord> lease = leases.due(repository, blob);
        // A link that no lease holds may be taken back by a sweep between the look and the append.
        if (lease.isPresent() || names.blob(repository, blob).isEmpty()) {
            records.add(new NameRecord.BlobLinked(repository, blob, sizeBytes, clock.instant()));
        }
        lease.ifPresent(records::add);
        append(records);
        retain(blob);
    }

    /** The last word before a push is acknowledged: its bytes are here, and live by the records before. */
    private void retain(Digest digest) throws IOException {
        if (store.retain(digest).isEmpty()) {
            throw new ContentException.Unavailable(
                    digest + " was swept while its push was held up for hours; push it again", null);
        }
    }

    private void append(List<NameRecord> records) throws IOException {
        if (records.isEmpty()) {
            return;
        }
        names.append(records);
        for (NameRecord appended : records) {
            if (appended instanceof NameRecord.Leased lease) {
                leases.appended(lease);
            }
        }
    }

    @Override
    public void putManifest(Location repository, ManifestContent manifest, List<Tag> tags, Caller caller)
            throws IOException {
        ListedTexts.requireShort(manifest.view());
        manifests.write(manifest);
        List<NameRecord> records = new ArrayList<>();
        records.add(linked(repository, manifest));
        for (Tag tag : tags) {
            records.add(new NameRecord.TagMoved(repository, tag, manifest.digest(), clock.instant(), nameOf(caller)));
        }
        leases.due(repository, manifest.digest()).ifPresent(records::add);
        append(records);
        retain(manifest.digest());
    }

    private NameRecord linked(Location repository, ManifestContent manifest) {
        Optional<Digest> subject = manifest.view().subject().map(Descriptor::digest);
        return new NameRecord.ManifestLinked(
                repository,
                manifest.digest(),
                manifest.mediaType(),
                manifest.raw().length,
                subject,
                manifest.view().artifactType(),
                subject.isPresent() ? manifest.view().annotations() : Map.of(),
                manifest.view().references(),
                clock.instant());
    }

    @Override
    public boolean deleteManifest(Location repository, Digest manifest, Caller caller) throws IOException {
        if (names.manifest(repository, manifest).isEmpty()) {
            return false;
        }
        names.append(List.of(new NameRecord.ManifestUnlinked(repository, manifest, clock.instant())));
        return true;
    }

    @Override
    public boolean deleteTag(Location repository, Tag tag, Caller caller) throws IOException {
        if (names.tag(repository, tag).isEmpty()) {
            return false;
        }
        names.append(List.of(new NameRecord.TagRemoved(repository, tag, clock.instant(), nameOf(caller))));
        return true;
    }

    @Override
    public boolean deleteBlob(Location repository, Digest blob, Caller caller) throws IOException {
        if (names.blob(repository, blob).isEmpty()) {
            return false;
        }
        names.append(List.of(new NameRecord.BlobUnlinked(repository, blob, clock.instant())));
        return true;
    }

    /** The name that the log keeps. */
    private static String nameOf(Caller caller) {
        return switch (caller) {
            case Caller.Anonymous _ -> "anonymous";
            case Caller.User user -> user.name();
            case Caller.Node _ -> "node";
        };
    }
}
