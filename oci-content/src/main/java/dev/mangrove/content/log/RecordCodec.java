package dev.mangrove.content.log;

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
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.MalformedContentException;
import dev.mangrove.oci.MediaType;
import dev.mangrove.oci.Tag;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The bytes of name records: {@code type u8 | body length | body}; see {@code docs/formats/names-log.md}. */
final class RecordCodec {
    private RecordCodec() {}

    /** Several records, one after the other. */
    static byte[] encode(List<NameRecord> records) {
        RecordWriter out = new RecordWriter();
        for (NameRecord record : records) {
            out.u8(type(record)).bytes(body(record));
        }
        return out.toBytes();
    }

    static byte[] encode(NameRecord record) {
        return encode(List.of(record));
    }

    /**
     * Reads records until the bytes end.
     *
     * @throws MalformedContentException if they do not have the form that this version writes
     */
    static List<NameRecord> decode(byte[] bytes) {
        RecordReader in = new RecordReader(ByteBuffer.wrap(bytes));
        List<NameRecord> records = new ArrayList<>();
        while (in.hasMore()) {
            int type = in.u8();
            RecordReader body = in.part(in.count());
            try {
                records.add(record(type, body));
            } catch (MalformedContentException e) {
                throw e;
            } catch (IllegalArgumentException e) { // a name that breaks its grammar
                throw body.malformed(String.valueOf(e.getMessage()));
            }
            body.end();
        }
        return records;
    }

    static NameRecord decodeOne(byte[] bytes) {
        List<NameRecord> records = decode(bytes);
        if (records.size() != 1) {
            throw new MalformedContentException("names log record: expected one, found " + records.size(), -1);
        }
        return records.getFirst();
    }

    private static int type(NameRecord record) {
        return switch (record) {
            case TagMoved _ -> 1;
            case TagRemoved _ -> 2;
            case ManifestLinked _ -> 3;
            case ManifestUnlinked _ -> 4;
            case BlobLinked _ -> 5;
            case BlobUnlinked _ -> 6;
            case Pinned _ -> 7;
            case Unpinned _ -> 8;
            case Leased _ -> 9;
            case Released _ -> 10;
            case DesiredSet _ -> 11;
        };
    }

    private static byte[] body(NameRecord record) {
        RecordWriter out = new RecordWriter();
        switch (record) {
            case TagMoved r ->
                out.location(r.repository())
                        .text(r.tag().value())
                        .digest(r.manifest())
                        .instant(r.at())
                        .text(r.by());
            case TagRemoved r ->
                out.location(r.repository())
                        .text(r.tag().value())
                        .instant(r.at())
                        .text(r.by());
            case ManifestLinked r -> manifestLinked(out, r);
            case ManifestUnlinked r ->
                out.location(r.repository()).digest(r.manifest()).instant(r.at());
            case BlobLinked r ->
                out.location(r.repository()).digest(r.blob()).i64(r.sizeBytes()).instant(r.at());
            case BlobUnlinked r -> out.location(r.repository()).digest(r.blob()).instant(r.at());
            case Pinned r -> out.location(r.repository()).digest(r.manifest()).optional(r.until(), out::instant);
            case Unpinned r -> out.location(r.repository()).digest(r.manifest());
            case Leased r -> out.location(r.repository()).digest(r.digest()).instant(r.until());
            case Released r ->
                out.location(r.repository())
                        .i64(r.sequence())
                        .digest(r.manifest())
                        .optional(r.base(), out::digest)
                        .instant(r.at())
                        .text(r.by());
            case DesiredSet r -> out.text(r.name()).i64(r.version()).bytes(r.document());
        }
        return out.toBytes();
    }

    private static void manifestLinked(RecordWriter out, ManifestLinked r) {
        out.location(r.repository())
                .digest(r.manifest())
                .text(r.mediaType().value())
                .i64(r.sizeBytes())
                .optional(r.subject(), out::digest)
                .optional(r.artifactType(), out::text)
                .count(r.annotations().size());
        // sorted: the same record has the same bytes everywhere
        new TreeMap<>(r.annotations()).forEach((key, value) -> out.text(key).text(value));
        out.count(r.references().size());
        r.references().forEach(out::digest);
        out.instant(r.at());
    }

    private static NameRecord record(int type, RecordReader in) {
        return switch (type) {
            case 1 -> new TagMoved(in.location(), new Tag(in.text()), in.digest(), in.instant(), in.text());
            case 2 -> new TagRemoved(in.location(), new Tag(in.text()), in.instant(), in.text());
            case 3 ->
                new ManifestLinked(
                        in.location(),
                        in.digest(),
                        new MediaType(in.text()),
                        in.i64(),
                        in.optional(in::digest),
                        in.optional(in::text),
                        annotations(in),
                        references(in),
                        in.instant());
            case 4 -> new ManifestUnlinked(in.location(), in.digest(), in.instant());
            case 5 -> new BlobLinked(in.location(), in.digest(), in.i64(), in.instant());
            case 6 -> new BlobUnlinked(in.location(), in.digest(), in.instant());
            case 7 -> new Pinned(in.location(), in.digest(), in.optional(in::instant));
            case 8 -> new Unpinned(in.location(), in.digest());
            case 9 -> new Leased(in.location(), in.digest(), in.instant());
            case 10 ->
                new Released(in.location(), in.i64(), in.digest(), in.optional(in::digest), in.instant(), in.text());
            case 11 -> new DesiredSet(in.text(), in.i64(), in.bytes());
            default -> throw in.malformed("unknown type " + type + ": a newer version of Mangrove wrote it");
        };
    }

    private static Map<String, String> annotations(RecordReader in) {
        int count = in.count();
        Map<String, String> annotations = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            annotations.put(in.text(), in.text());
        }
        return annotations;
    }

    private static List<Digest> references(RecordReader in) {
        int count = in.count();
        List<Digest> references = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            references.add(in.digest());
        }
        return references;
    }
}
