package dev.mangrove.delta;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.mangrove.delta.io.ByteSink;
import dev.mangrove.delta.io.ByteSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;

/** Makes a delta, applies it, compares. */
final class RoundTrip {
    static final EncodeOptions SMALL = new EncodeOptions(true, 64 << 10);

    private RoundTrip() {}

    /** Returns the delta. */
    static byte[] of(byte[] target, EncodeOptions options, byte[]... bases) {
        try {
            List<ByteSource> sources = Arrays.stream(bases).map(ByteSource::of).toList();
            byte[] delta = new DeltaEncoder(sources, ByteSource.of(target), options).encodeToBytes();
            assertArrayEquals(target, apply(delta, bases));
            return delta;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] apply(byte[] delta, byte[]... bases) throws IOException {
        List<ByteSource> sources = Arrays.stream(bases).map(ByteSource::of).toList();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DeltaDecoder.open(new Forwards(delta)).apply(sources, ByteSink.of(out));
        return out.toByteArray();
    }
}
