package dev.mangrove.content.log;

import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes the primitive fields of names log records; see {@code docs/formats/names-log.md}. */
final class RecordWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(128);

    RecordWriter u8(int value) {
        out.write(value);
        return this;
    }

    /** Unsigned LEB128. */
    RecordWriter count(int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
        return this;
    }

    RecordWriter i64(long value) {
        out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
        return this;
    }

    RecordWriter bytes(byte[] value) {
        count(value.length);
        out.writeBytes(value);
        return this;
    }

    RecordWriter text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    RecordWriter instant(Instant value) {
        i64(value.getEpochSecond());
        out.writeBytes(
                ByteBuffer.allocate(Integer.BYTES).putInt(value.getNano()).array());
        return this;
    }

    RecordWriter digest(Digest value) {
        out.write(DigestCode.of(value.algorithm()));
        out.writeBytes(value.bytes());
        return this;
    }

    /** @throws IllegalArgumentException if the text form of the location does not lead back to it */
    RecordWriter location(Location value) {
        if (!Location.parse(value.toString()).equals(value)) {
            throw new IllegalArgumentException("the text of a repository must lead back to it: " + value);
        }
        return text(value.toString());
    }

    <T> RecordWriter optional(Optional<T> value, Consumer<T> writer) {
        u8(value.isPresent() ? 1 : 0);
        value.ifPresent(writer);
        return this;
    }

    byte[] toBytes() {
        return out.toByteArray();
    }
}
