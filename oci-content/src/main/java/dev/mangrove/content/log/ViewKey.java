package dev.mangrove.content.log;

import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Builds the keys of the view: a table byte, then fields that are either of fixed length or end with a zero byte, which
 * no name contains, so that the order of keys is the order of names.
 */
final class ViewKey {
    private static final byte END = 0;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(96);

    private ViewKey(Table table) {
        out.write(table.code);
    }

    static ViewKey in(Table table) {
        return new ViewKey(table);
    }

    static ViewKey in(Table table, Location repository) {
        return in(table).name(repository.toString());
    }

    /** A field that others follow. */
    ViewKey name(String value) {
        out.writeBytes(value.getBytes(StandardCharsets.UTF_8));
        out.write(END);
        return this;
    }

    /** The last field of a key. */
    ViewKey last(String value) {
        out.writeBytes(value.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    ViewKey digest(Digest value) {
        out.write(DigestCode.of(value.algorithm()));
        out.writeBytes(value.bytes());
        return this;
    }

    ViewKey instant(Instant value) {
        number(value.getEpochSecond());
        out.writeBytes(
                ByteBuffer.allocate(Integer.BYTES).putInt(value.getNano()).array());
        return this;
    }

    /** Signed numbers in their order. */
    ViewKey number(long value) {
        out.writeBytes(
                ByteBuffer.allocate(Long.BYTES).putLong(value ^ Long.MIN_VALUE).array());
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    /** The tables of the view. */
    enum Table {
        /** -> log id and position applied. */
        POSITION('0'),
        /** repository, tag -> TagMoved. */
        TAG('T'),
        /** repository, manifest, tag -> nothing. */
        TAG_OF('A'),
        /** repository, manifest -> ManifestLinked. */
        MANIFEST('M'),
        /** repository, subject, time, manifest -> nothing. */
        REFERRER('R'),
        /** repository, blob -> BlobLinked. */
        BLOB('B'),
        /** digest, table of the link, repository -> nothing. */
        LINK_OF('L'),
        /** digest, repository -> Leased. */
        LEASE('S'),
        /** digest, repository -> Pinned. */
        PIN('P'),
        /** repository, descending sequence -> Released. */
        RELEASE('V'),
        /** name -> DesiredSet. */
        DESIRED('D'),
        /** repository -> nothing. */
        REPOSITORY('N');

        private final char code;

        Table(char code) {
            this.code = code;
        }
    }
}
