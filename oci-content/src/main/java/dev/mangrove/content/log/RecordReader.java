package dev.mangrove.content.log;

import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.MalformedContentException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads what {@link RecordWriter} wrote; never beyond the bytes given, never trusting a length. */
final class RecordReader {
    private static final int MAX_COUNT_BYTES = 5;

    private final ByteBuffer in;

    RecordReader(ByteBuffer in) {
        this.in = in;
    }

    boolean hasMore() {
        return in.hasRemaining();
    }

    int u8() {
        return checked(() -> in.get() & 0xff);
    }

    int count() {
        long value = 0;
        for (int i = 0; i < MAX_COUNT_BYTES; i++) {
            int next = u8();
            value |= (long) (next & 0x7f) << (7 * i);
            if ((next & 0x80) == 0) {
                if (value > Integer.MAX_VALUE) {
                    break;
                }
                return (int) value;
            }
        }
        throw malformed("a count that is too large");
    }

    long i64() {
        return checked(in::getLong);
    }

    /** The next {@code length} bytes as a reader of their own. */
    RecordReader part(int length) {
        return new RecordReader(slice(length));
    }

    private ByteBuffer slice(int length) {
        if (length > in.remaining()) {
            throw malformed("a length of " + length + " with " + in.remaining() + " bytes left");
        }
        ByteBuffer slice = in.slice(in.position(), length);
        in.position(in.position() + length);
        return slice;
    }

    byte[] bytes() {
        return raw(count());
    }

    private byte[] raw(int length) {
        ByteBuffer slice = slice(length);
        byte[] bytes = new byte[slice.remaining()];
        slice.get(bytes);
        return bytes;
    }

    String text() {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(slice(count())).toString();
        } catch (CharacterCodingException e) {
            throw malformed("text that is not UTF-8");
        }
    }

    Instant instant() {
        long seconds = i64();
        int nanos = checked(in::getInt);
        try {
            return Instant.ofEpochSecond(seconds, nanos);
        } catch (DateTimeException | ArithmeticException e) {
            throw malformed("a time out of range");
        }
    }

    Digest digest() {
        Algorithm algorithm =
                DigestCode.algorithm(u8()).orElseThrow(() -> malformed("a digest of an unknown algorithm"));
        return Digest.of(algorithm, raw(algorithm.sizeBytes()));
    }

    Location location() {
        return Location.parse(text());
    }

    <T> Optional<T> optional(Supplier<T> reader) {
        return switch (u8()) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(reader.get());
            default -> throw malformed("an optional field that is neither there nor not");
        };
    }

    void end() {
        if (hasMore()) {
            throw malformed(in.remaining() + " bytes too many");
        }
    }

    MalformedContentException malformed(String what) {
        return new MalformedContentException("names log record: " + what, in.position());
    }

    private <T> T checked(Supplier<T> read) {
        try {
            return read.get();
        } catch (BufferUnderflowException e) {
            throw malformed("it ends early");
        }
    }
}
