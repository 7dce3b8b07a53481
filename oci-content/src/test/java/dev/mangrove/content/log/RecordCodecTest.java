package dev.mangrove.content.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.MalformedContentException;
import dev.mangrove.oci.MediaType;
import dev.mangrove.oci.Tag;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RecordCodecTest {
    @Property
    void everyRecordIsReadBackAsItWas(@ForAll("records") List<NameRecord> records) {
        byte[] bytes = RecordCodec.encode(records);
        List<NameRecord> read = RecordCodec.decode(bytes);
        assertArrayEquals(bytes, RecordCodec.encode(read));
        assertEquals(withoutDocuments(records), withoutDocuments(read));
    }

    /** Arrays in records compare by identity; their bytes were compared in encoded form. */
    private static List<NameRecord> withoutDocuments(List<NameRecord> records) {
        return records.stream()
                .filter(record -> !(record instanceof NameRecord.DesiredSet))
                .toList();
    }

    @Property
    void cutOrChangedBytesAreRefusedOrReadButNeverBreakTheReader(
            @ForAll("records") List<NameRecord> records, @ForAll int seed) {
        byte[] bytes = RecordCodec.encode(records);
        if (bytes.length == 0) {
            return;
        }
        int at = Math.floorMod(seed, bytes.length);
        byte[] changed = bytes.clone();
        changed[at] ^= (byte) (1 + Math.floorMod(seed / 7, 255));
        decodeOrRefuse(changed);
        decodeOrRefuse(Arrays.copyOf(bytes, at));
    }

    private static void decodeOrRefuse(byte[] bytes) {
        try {
            RecordCodec.decode(bytes);
        } catch (MalformedContentException e) {
            assertEquals(-1, Math.min(-1, e.offset()));
        }
    }

    @Property
    void anUnknownTypeIsRefused(@ForAll("unknownTypes") int type) {
        assertThrows(MalformedContentException.class, () -> RecordCodec.decode(new byte[] {(byte) type, 0}));
    }

    @Provide
    Arbitrary<Integer> unknownTypes() {
        return Arbitraries.integers().between(12, 255);
    }

    @Provide
    Arbitrary<List<NameRecord>> records() {
        return record().list().ofMaxSize(5);
    }

    static Arbitrary<NameRecord> record() {
        Arbitrary<Location> location = Arbitraries.of(
                        "acme/detector", "docker.io/library/alpine", "localhost:5000/a", "x")
                .map(Location::parse);
        Arbitrary<Digest> digest = Combinators.combine(
                        Arbitraries.of(Algorithm.values()),
                        Arbitraries.integers().between(0, 1000))
                .as((algorithm, n) -> Digest.ofBytes(algorithm, ("" + n).getBytes(StandardCharsets.UTF_8)));
        Arbitrary<Tag> tag = Arbitraries.strings()
                .withCharRange('a', 'z')
                .ofMinLength(1)
                .ofMaxLength(128)
                .map(Tag::new);
        Arbitrary<Instant> at = Combinators.combine(
                        Arbitraries.longs().between(-62_135_596_800L, 253_402_300_799L),
                        Arbitraries.integers().between(0, 999_999_999))
                .as(Instant::ofEpochSecond);
        Arbitrary<String> text = Arbitraries.strings().all().ofMaxLength(300).map(RecordCodecTest::encodable);
        Arbitrary<Long> number = Arbitraries.longs();
        return Arbitraries.oneOf(
                Combinators.combine(location, tag, digest, at, text).as(NameRecord.TagMoved::new),
                Combinators.combine(location, tag, at, text).as(NameRecord.TagRemoved::new),
                Combinators.combine(
                                location,
                                digest,
                                number,
                                digest.optional(),
                                text.optional(),
                                Arbitraries.maps(text, text).ofMaxSize(4),
                                digest.list().ofMaxSize(4),
                                at)
                        .as((l, d, n, s, type, a, r, t) ->
                                new NameRecord.ManifestLinked(l, d, MediaType.OCI_INDEX, n, s, type, a, r, t)),
                Combinators.combine(location, digest, at).as(NameRecord.ManifestUnlinked::new),
                Combinators.combine(location, digest, number, at).as(NameRecord.BlobLinked::new),
                Combinators.combine(location, digest, at).as(NameRecord.BlobUnlinked::new),
                Combinators.combine(location, digest, at.optional()).as(NameRecord.Pinned::new),
                Combinators.combine(location, digest).as(NameRecord.Unpinned::new),
                Combinators.combine(location, digest, at).as(NameRecord.Leased::new),
                Combinators.combine(location, number, digest, digest.optional(), at, text)
                        .as(NameRecord.Released::new),
                Combinators.combine(text, number, text)
                        .as((name, version, document) ->
                                new NameRecord.DesiredSet(name, version, document.getBytes(StandardCharsets.UTF_8))));
    }

    /** Text that UTF-8 can carry: lone surrogates cannot be. */
    private static String encodable(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
