package dev.mangrove.content.log;

import dev.mangrove.content.keyvalue.KeyValue;
import dev.mangrove.content.keyvalue.KeyValue.Change;
import dev.mangrove.content.log.NameRecord.BlobLinked;
import dev.mangrove.content.log.NameRecord.BlobUnlinked;
import dev.mangrove.content.log.NameRecord.DesiredSet;
import dev.mangrove.content.log.NameRecord.Leased;
import dev.mangrove.content.log.NameRecord.ManifestLinked;
import dev.mangrove.content.log.NameRecord.ManifestUnlinked;
import dev.mangrove.content.log.NameRecord.Pinned;
import dev.mangrove.content.log.NameRecord.Released;
import dev.mangrove.content.log.NameRecord.TagMoved;
import dev.mangrove.content.log.NameRecord.TagRemoved;
import dev.mangrove.content.log.NameRecord.Unpinned;
import dev.mangrove.content.log.ViewKey.Table;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Applies records to the view, one thread at a time. Applying a stretch of the log again to a view that has seen some or
 * all of it, in order and to its end, gives the same view: that is what makes recovery and online snapshots simple.
 */
final class ViewWriter {
    private static final byte[] NOTHING = {};

    private final KeyValue view;

    ViewWriter(KeyValue view) {
        this.view = view;
    }

    void apply(NameRecord record) throws IOException {
        switch (record) {
            case TagMoved r -> tagMoved(r);
            case TagRemoved r -> {
                view.write(tagRemoved(r.repository(), r.tag()));
                forgetIfEmpty(r.repository());
            }
            case ManifestLinked r -> manifestLinked(r);
            case ManifestUnlinked r -> manifestUnlinked(r.repository(), r.manifest());
            case BlobLinked r ->
                view.write(List.of(
                        put(ViewKey.in(Table.BLOB, r.repository()).digest(r.blob()), r),
                        mark(linkOf(r.blob(), Table.BLOB, r.repository())),
                        mark(repository(r.repository()))));
            case BlobUnlinked r -> {
                view.write(List.of(
                        remove(ViewKey.in(Table.BLOB, r.repository()).digest(r.blob())),
                        remove(linkOf(r.blob(), Table.BLOB, r.repository()))));
                forgetIfEmpty(r.repository());
            }
            case Pinned r -> view.write(List.of(put(held(Table.PIN, r.manifest(), r.repository()), r)));
            case Unpinned r -> view.write(List.of(remove(held(Table.PIN, r.manifest(), r.repository()))));
            case Leased r -> view.write(List.of(put(held(Table.LEASE, r.digest(), r.repository()), r)));
            case Released r ->
                view.write(List.of(put(ViewKey.in(Table.RELEASE, r.repository()).number(-r.sequence()), r)));
            case DesiredSet r ->
                view.write(List.of(put(ViewKey.in(Table.DESIRED).last(r.name()), r)));
        }
    }

    private void tagMoved(TagMoved r) throws IOException {
        List<Change> changes = new ArrayList<>(tagRemoved(r.repository(), r.tag()));
        changes.add(put(tag(r.repository(), r.tag()), r));
        changes.add(mark(tagOf(r.repository(), r.manifest(), r.tag())));
        changes.add(mark(repository(r.repository())));
        view.write(changes);
    }

    private List<Change> tagRemoved(Location repository, Tag tag) throws IOException {
        Optional<byte[]> old = view.get(tag(repository, tag).bytes());
        if (old.isEmpty()) {
            return List.of();
        }
        Digest manifest = ((TagMoved) RecordCodec.decodeOne(old.get())).manifest();
        return List.of(remove(tag(repository, tag)), remove(tagOf(repository, manifest, tag)));
    }

    /** A manifest linked again keeps the time of its first link, and so its place among the referrers. */
    private void manifestLinked(ManifestLinked r) throws IOException {
        Optional<ManifestLinked> known = manifest(r.repository(), r.manifest());
        ManifestLinked kept = known.isEmpty() ? r : at(r, known.get());
        List<Change> changes = new ArrayList<>();
        known.flatMap(ViewWriter::referrer).ifPresent(key -> changes.add(remove(key)));
        changes.add(put(ViewKey.in(Table.MANIFEST, r.repository()).digest(r.manifest()), kept));
        changes.add(mark(linkOf(r.manifest(), Table.MANIFEST, r.repository())));
        changes.add(mark(repository(r.repository())));
        referrer(kept).ifPresent(key -> changes.add(mark(key)));
        view.write(changes);
    }

    private static ManifestLinked at(ManifestLinked r, ManifestLinked first) {
        return new ManifestLinked(
                r.repository(),
                r.manifest(),
                r.mediaType(),
                r.sizeBytes(),
                r.subject(),
                r.artifactType(),
                r.annotations(),
                r.references(),
                first.at());
    }

    private void manifestUnlinked(Location repository, Digest manifest) throws IOException {
        List<Change> changes = new ArrayList<>();
        byte[] tags = ViewKey.in(Table.TAG_OF, repository).digest(manifest).bytes();
        view.scan(tags, NOTHING, (key, value) -> {
            Tag tag = new Tag(
                    new String(key, tags.length, key.length - tags.length, java.nio.charset.StandardCharsets.US_ASCII));
            changes.add(new Change.Remove(key));
            changes.add(remove(tag(repository, tag)));
            return true;
        });
        manifest(repository, manifest).flatMap(ViewWriter::referrer).ifPresent(key -> changes.add(remove(key)));
        changes.add(remove(ViewKey.in(Table.MANIFEST, repository).digest(manifest)));
        changes.add(remove(linkOf(manifest, Table.MANIFEST, repository)));
        view.write(changes);
        forgetIfEmpty(repository);
    }

    private Optional<ManifestLinked> manifest(Location repository, Digest manifest) throws IOException {
        return view.get(ViewKey.in(Table.MANIFEST, repository).digest(manifest).bytes())
                .map(bytes -> (ManifestLinked) RecordCodec.decodeOne(bytes));
    }

    private void forgetIfEmpty(Location repository) throws IOException {
        boolean[] found = {false};
        for (Table table : List.of(Table.MANIFEST, Table.BLOB, Table.TAG)) {
            view.scan(ViewKey.in(table, repository).bytes(), NOTHING, (key, value) -> {
                found[0] = true;
                return false;
            });
        }
        if (!found[0]) {
            view.write(List.of(remove(repository(repository))));
        }
    }

    private static Optional<ViewKey> referrer(ManifestLinked r) {
        return r.subject().map(subject -> ViewKey.in(Table.REFERRER, r.repository())
                .digest(subject)
                .instant(r.at())
                .digest(r.manifest()));
    }

    private static ViewKey tag(Location repository, Tag tag) {
        return ViewKey.in(Table.TAG, repository).last(tag.value());
    }

    private static ViewKey tagOf(Location repository, Digest manifest, Tag tag) {
        return ViewKey.in(Table.TAG_OF, repository).digest(manifest).last(tag.value());
    }

    private static ViewKey linkOf(Digest digest, Table table, Location repository) {
        return ViewKey.in(Table.LINK_OF).digest(digest).name(table.name()).last(repository.toString());
    }

    private static ViewKey held(Table table, Digest digest, Location repository) {
        return ViewKey.in(table).digest(digest).last(repository.toString());
    }

    private static ViewKey repository(Location repository) {
        return ViewKey.in(Table.REPOSITORY).last(repository.toString());
    }

    private static Change put(ViewKey key, NameRecord record) {
        return new Change.Put(key.bytes(), RecordCodec.encode(record));
    }

    private static Change mark(ViewKey key) {
        return new Change.Put(key.bytes(), NOTHING);
    }

    private static Change remove(ViewKey key) {
        return new Change.Remove(key.bytes());
    }
}
