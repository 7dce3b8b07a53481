package dev.mangrove.delta;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.github.luben.zstd.Zstd;
import dev.mangrove.delta.format.MalformedDeltaException;
import dev.mangrove.delta.io.ByteSink;
import dev.mangrove.delta.io.ByteSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Front blocks by someone who knows the format: their checksum is right, their fields are not. The delta is the golden
 * one, which has every mode and every kind of field.
 */
class HostileFrontTest {
    private static final int PREFIX = 20;
    private static final int PARTS = 8;

    private final byte[] delta = resource("target.delta");
    private final byte[] target = resource("target.safetensors");
    private final List<ByteSource> bases =
            List.of(ByteSource.of(resource("base.safetensors")), ByteSource.of(resource("adapter.safetensors")));
    private final ByteBuffer prefix = ByteBuffer.wrap(delta).order(ByteOrder.LITTLE_ENDIAN);
    private final byte[] front =
            Zstd.decompress(Arrays.copyOfRange(delta, PREFIX, PREFIX + prefix.getInt(8)), prefix.getInt(12));
    private final byte[] body = Arrays.copyOfRange(delta, PREFIX + prefix.getInt(8), delta.length);

    @TestFactory
    Stream<DynamicTest> aWrongByteAnywhereInTheFrontIsRefusedOrWithoutEffect() {
        return IntStream.range(0, PARTS)
                .mapToObj(part -> DynamicTest.dynamicTest("part " + part, () -> {
                    for (int at = part; at < front.length; at += PARTS) {
                        for (int value : new int[] {front[at] ^ 1, front[at] ^ 0x80, 0, 0x7f, 0xff}) {
                            byte[] changed = front.clone();
                            changed[at] = (byte) value;
                            expectRefusalOrTarget(delta(changed), "byte " + at + " is " + (value & 0xff));
                        }
                    }
                }));
    }

    @Property(tries = 500)
    void fieldsThatAreCutPutInOrMovedAreRefusedOrWithoutEffect(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        int at = random.nextInt(front.length);
        int from = random.nextInt(front.length);
        int length = random.nextInt(Math.min(12, front.length - Math.max(at, from)) + 1);
        ByteArrayOutputStream changed = new ByteArrayOutputStream();
        changed.write(front, 0, at);
        changed.write(front, from, length);
        int rest = at + (random.nextBoolean() ? length : 0);
        changed.write(front, rest, front.length - rest);
        expectRefusalOrTarget(delta(changed.toByteArray()), "seed " + seed);
    }

    @Test
    void aFrontThatUnpacksToMoreThanItSaysIsRefused() {
        byte[] bomb = Zstd.compress(new byte[64 << 20]);
        for (int claimed : new int[] {1, 1 << 20, 16 << 20, (16 << 20) + 1, Integer.MAX_VALUE, -1}) {
            byte[] file = file(bomb, claimed, new byte[0]);
            assertThrows(MalformedDeltaException.class, () -> DeltaDecoder.open(ByteSource.of(file)));
        }
    }

    @Test
    void countsWithoutTheirFieldsAreRefused() {
        // Target size, digest, 2^16 segment bytes, and then as many bases, tables or regions as there may be, or more.
        for (int zeros = 0; zeros < 3; zeros++) {
            for (byte[] count : List.of(varint(1 << 10), varint(1 << 16), varint(Long.MAX_VALUE >>> 8), varint(-1L))) {
                ByteArrayOutputStream plain = new ByteArrayOutputStream();
                plain.writeBytes(varint(1L << 40));
                plain.writeBytes(new byte[32]);
                plain.write(16);
                plain.writeBytes(new byte[zeros]);
                plain.writeBytes(count);
                byte[] file = delta(plain.toByteArray());
                assertThrows(MalformedDeltaException.class, () -> DeltaDecoder.open(ByteSource.of(file)));
            }
        }
    }

    private void expectRefusalOrTarget(byte[] hostile, String what) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DeltaDecoder decoder;
        try {
            decoder = DeltaDecoder.open(ByteSource.of(hostile));
        } catch (MalformedDeltaException e) {
            return;
        }
        if (!basesFit(decoder)) {
            return; // what the caller looks at before it applies anything
        }
        try {
            decoder.apply(bases, ByteSink.of(out));
            assertArrayEquals(target, out.toByteArray(), what);
        } catch (MalformedDeltaException | DeltaException e) {
            // Whole segments may be out, and those are of the digest's target or of none that anybody signed.
        }
    }

    private boolean basesFit(DeltaDecoder decoder) {
        var named = decoder.front().bases();
        return named.size() == bases.size()
                && IntStream.range(0, bases.size())
                        .allMatch(i -> named.get(i).size() == bases.get(i).size());
    }

    private byte[] delta(byte[] plain) {
        return file(Zstd.compress(plain), plain.length, body);
    }

    private byte[] file(byte[] packed, int plainLength, byte[] rest) {
        CRC32C check = new CRC32C();
        check.update(packed);
        return ByteBuffer.allocate(PREFIX + packed.length + rest.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(delta, 0, 8)
                .putInt(packed.length)
                .putInt(plainLength)
                .putInt((int) check.getValue())
                .put(packed)
                .put(rest)
                .array();
    }

    private static byte[] varint(long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long left = value;
        while (left >>> 7 != 0) {
            out.write((int) (left & 0x7f) | 0x80);
            left >>>= 7;
        }
        out.write((int) left);
        return out.toByteArray();
    }

    private static byte[] resource(String name) {
        try (InputStream in = HostileFrontTest.class.getResourceAsStream("/golden/delta-v1/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
