package dev.mangrove.content.log;

import dev.mangrove.content.keyvalue.KeyValue;
import dev.mangrove.content.keyvalue.KeyValue.Change;
import dev.mangrove.content.log.NameRecord.BlobLinked;
import dev.mangrove.content.log.NameRecord.Leased;
import dev.mangrove.content.log.NameRecord.ManifestLinked;
import dev.mangrove.content.log.NameRecord.Pinned;
import dev.mangrove.content.log.NameRecord.Released;
import dev.mangrove.content.log.NameRecord.TagMoved;
import dev.mangrove.content.log.ViewKey.Table;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Answers questions from the view that {@link ViewWriter} keeps, and remembers which log position it shows. */
final class View {
    private static final byte[] START = {};
    private static final int WIPE_BATCH = 1000;

    private final KeyValue entries;

    View(KeyValue entries) {
        this.entries = entries;
    }

    /** The position of that log which the view shows; empty if it shows another log, or nothing. */
    Optional<Long> position(byte[] logId) throws IOException {
        Optional<byte[]> value = entries.get(ViewKey.in(Table.POSITION).bytes());
        if (value.isEmpty() || !Arrays.equals(value.get(), 0, logId.length, logId, 0, logId.length)) {
            return Optional.empty();
        }
        return Optional.of(ByteBuffer.wrap(value.get()).getLong(logId.length));
    }

    void position(byte[] logId, long position) throws IOException {
        byte[] value = ByteBuffer.allocate(logId.length + Long.BYTES)
                .put(logId)
                .putLong(position)
                .array();
        entries.write(List.of(new Change.Put(ViewKey.in(Table.POSITION).bytes(), value)));
    }

    /** Removes everything; the position first, so that a view half wiped shows nothing. */
    void wipe() throws IOException {
        entries.write(List.of(new Change.Remove(ViewKey.in(Table.POSITION).bytes())));
        List<Change> batch = new ArrayList<>();
        entries.scan(START, START, (key, value) -> {
            batch.add(new Change.Remove(key));
            if (batch.size() == WIPE_BATCH) {
                entries.write(List.copyOf(batch));
                batch.clear();
            }
            return true;
        });
        entries.write(batch);
    }

    /** Every record that makes up this view; applied in this order to an empty one they make it again. */
    void records(Instant now, RecordVisitor visitor) throws IOException {
        for (Table table :
                List.of(Table.MANIFEST, Table.BLOB, Table.TAG, Table.PIN, Table.LEASE, Table.RELEASE, Table.DESIRED)) {
            entries.scan(ViewKey.in(table).bytes(), START, (key, value) -> {
                NameRecord record = RecordCodec.decodeOne(value);
                if (!isExpired(record, now)) {
                    visitor.visit(record);
                }
                return true;
            });
        }
    }

    static boolean isExpired(NameRecord record, Instant now) {
        return switch (record) {
            case Leased lease -> !lease.until().isAfter(now);
            case Pinned pin -> pin.until().isPresent() && !pin.until().get().isAfter(now);
            default -> false;
        };
    }

    Optional<TagMoved> tag(Location repository, Tag tag) throws IOException {
        return get(ViewKey.in(Table.TAG, repository).last(tag.value()), TagMoved.class);
    }

    List<Tag> tags(Location repository, Optional<String> after, int limit) throws IOException {
        byte[] prefix = ViewKey.in(Table.TAG, repository).bytes();
        byte[] start = after.map(
                        tag -> ViewKey.in(Table.TAG, repository).last(tag).bytes())
                .orElse(START);
        return names(prefix, start, limit, Tag::new);
    }

    List<Tag> tagsOf(Location repository, Digest manifest, int limit) throws IOException {
        return names(ViewKey.in(Table.TAG_OF, repository).digest(manifest).bytes(), START, limit, Tag::new);
    }

    List<Location> repositories(Optional<String> after, int limit) throws IOException {
        byte[] start = after.map(name -> ViewKey.in(Table.REPOSITORY).last(name).bytes())
                .orElse(START);
        return names(ViewKey.in(Table.REPOSITORY).bytes(), start, limit, Location::parse);
    }

    boolean exists(Location repository) throws IOException {
        return entries.get(
                        ViewKey.in(Table.REPOSITORY).last(repository.toString()).bytes())
                .isPresent();
    }

    Optional<ManifestLinked> manifest(Location repository, Digest manifest) throws IOException {
        return get(ViewKey.in(Table.MANIFEST, repository).digest(manifest), ManifestLinked.class);
    }

    Optional<BlobLinked> blob(Location repository, Digest blob) throws IOException {
        return get(ViewKey.in(Table.BLOB, repository).digest(blob), BlobLinked.class);
    }

    List<ManifestLinked> manifests(Location repository, Optional<Digest> after, int limit) throws IOException {
        byte[] start = after.map(digest ->
                        ViewKey.in(Table.MANIFEST, repository).digest(digest).bytes())
                .orElse(START);
        return records(ViewKey.in(Table.MANIFEST, repository).bytes(), start, limit, ManifestLinked.class);
    }

    List<BlobLinked> blobs(Location repository, Optional<Digest> after, int limit) throws IOException {
        byte[] start = after.map(digest ->
                        ViewKey.in(Table.BLOB, repository).digest(digest).bytes())
                .orElse(START);
        return records(ViewKey.in(Table.BLOB, repository).bytes(), start, limit, BlobLinked.class);
    }

    List<Released> releases(Location repository, int limit) throws IOException {
        return records(ViewKey.in(Table.RELEASE, repository).bytes(), START, limit, Released.class);
    }

    List<ManifestLinked> referrers(Location repository, Digest subject) throws IOException {
        byte[] prefix = ViewKey.in(Table.REFERRER, repository).digest(subject).bytes();
        int digestAt = prefix.length + Long.BYTES + Integer.BYTES;
        List<ManifestLinked> referrers = new ArrayList<>();
        entries.scan(prefix, START, (key, value) -> {
            Digest manifest = new RecordReader(ByteBuffer.wrap(key, digestAt, key.length - digestAt)
                            .slice())
                    .digest();
            manifest(repository, manifest).ifPresent(referrers::add); // gone if it was unlinked this moment
            return true;
        });
        return referrers;
    }

    Optional<NameRecord.DesiredSet> desiredSet(String name) throws IOException {
        return get(ViewKey.in(Table.DESIRED).last(name), NameRecord.DesiredSet.class);
    }

    /** Repositories that link this digest. */
    List<Location> linksOf(Digest digest, int limit) throws IOException {
        Set<Location> found = new LinkedHashSet<>();
        for (Table table : List.of(Table.BLOB, Table.MANIFEST)) {
            byte[] prefix =
                    ViewKey.in(Table.LINK_OF).digest(digest).name(table.name()).bytes();
            found.addAll(names(prefix, START, limit - found.size(), Location::parse));
        }
        return List.copyOf(found);
    }

    /** Whether a lease or pin that has not run out names this digest, in that repository or in any. */
    boolean isHeld(Digest digest, Optional<Location> repository, Instant now) throws IOException {
        boolean[] found = {false};
        for (Table table : List.of(Table.PIN, Table.LEASE)) {
            ViewKey key = ViewKey.in(table).digest(digest);
            byte[] prefix = repository
                    .map(location -> key.last(location.toString()))
                    .orElse(key)
                    .bytes();
            entries.scan(prefix, START, (found1, value) -> {
                boolean same = repository.isEmpty() || found1.length == prefix.length;
                found[0] |= same && !isExpired(RecordCodec.decodeOne(value), now);
                return !found[0];
            });
        }
        return found[0];
    }

    private <T extends NameRecord> Optional<T> get(ViewKey key, Class<T> type) throws IOException {
        return entries.get(key.bytes()).map(value -> type.cast(RecordCodec.decodeOne(value)));
    }

    private <T extends NameRecord> List<T> records(byte[] prefix, byte[] start, int limit, Class<T> type)
            throws IOException {
        List<T> found = new ArrayList<>();
        if (limit > 0) {
            entries.scan(prefix, start, (key, value) -> {
                found.add(type.cast(RecordCodec.decodeOne(value)));
                return found.size() < limit;
            });
        }
        return found;
    }

    private <T> List<T> names(byte[] prefix, byte[] start, int limit, Function<String, T> parser) throws IOException {
        List<T> found = new ArrayList<>();
        if (limit > 0) {
            entries.scan(prefix, start, (key, value) -> {
                found.add(parser.apply(
                        new String(key, prefix.length, key.length - prefix.length, StandardCharsets.UTF_8)));
                return found.size() < limit;
            });
        }
        return found;
    }

    /** Sees records. */
    @FunctionalInterface
    interface RecordVisitor {
        void visit(NameRecord record) throws IOException;
    }
}
