package dev.mangrove.delta;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.delta.format.MalformedDeltaException;
import dev.mangrove.delta.io.ByteSink;
import dev.mangrove.delta.io.ByteSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Damaged and wrong input ends in a clear error, and never in wrong bytes. */
class HostileDeltaTest {
    private final byte[] base;
    private final byte[] target;
    private final byte[] delta;

    HostileDeltaTest() {
        Random random = new Random(3);
        float[] weights = Weights.gaussian(random, 256 * 256);
        base = Weights.empty().with("w", Weights.bf16(weights, 256, 256)).file();
        target = Weights.empty()
                .noting("second")
                .with("w", Weights.bf16(Weights.tuned(random, weights, 256, 1e-4), 256, 256))
                .file();
        delta = RoundTrip.of(target, RoundTrip.SMALL, base);
    }

    @Property(tries = 300)
    void aDeltaWithFlippedBitsIsRefused(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        byte[] broken = delta.clone();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
        }
        expectRefusal(broken, "seed " + seed);
    }

    @Property(tries = 100)
    void aTruncatedDeltaIsRefused(@ForAll long seed) throws IOException {
        int length = new Random(seed).nextInt(delta.length);
        expectRefusal(Arrays.copyOf(delta, length), "length " + length);
    }

    private void expectRefusal(byte[] broken, String what) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            DeltaDecoder.open(ByteSource.of(broken)).apply(List.of(ByteSource.of(base)), ByteSink.of(out));
            assertArrayEquals(target, out.toByteArray(), what);
        } catch (MalformedDeltaException | DeltaException e) {
            assertArrayEquals(Arrays.copyOf(target, out.size()), out.toByteArray(), what);
        }
    }

    @Test
    void anotherBaseOfTheSameSizeIsNoticed() {
        byte[] other = base.clone();
        other[base.length / 2] ^= 1;
        assertThrows(DeltaException.WrongBase.class, () -> RoundTrip.apply(delta, other));
    }

    @Test
    void aBaseOfAnotherSizeIsACallersError() {
        assertThrows(
                IllegalArgumentException.class, () -> RoundTrip.apply(delta, Arrays.copyOf(base, base.length - 1)));
    }

    @Test
    void aWrongSegmentIsRepairedFromElsewhere() throws IOException {
        byte[] other = base.clone();
        other[base.length / 2] ^= 1;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Repair repair = (range, into) -> {
            System.arraycopy(target, (int) range.offset(), into, 0, (int) range.length());
            return true;
        };
        DeltaDecoder decoder = DeltaDecoder.open(ByteSource.of(delta));
        decoder.apply(List.of(ByteSource.of(other)), ByteSink.of(out), repair, Progress.NONE, Resume.fromStart());
        assertArrayEquals(target, out.toByteArray());
    }

    @Property(tries = 50)
    void anInterruptedApplyGoesOnFromWhatIsRight(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        byte[] partial = Arrays.copyOf(target, random.nextInt(target.length + 1));
        if (partial.length > 0 && random.nextBoolean()) {
            partial[random.nextInt(partial.length)] ^= 4;
        }
        DeltaDecoder decoder = DeltaDecoder.open(ByteSource.of(delta));
        Resume resume = Resume.verify(decoder.front(), ByteSource.of(partial));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(
                partial,
                0,
                Math.min(target.length, resume.segments() * decoder.front().segmentBytes()));
        decoder.apply(List.of(ByteSource.of(base)), ByteSink.of(out), Repair.NONE, Progress.NONE, resume);
        assertArrayEquals(target, out.toByteArray());
    }

    @Property(tries = 50)
    void anApplyThatIsKilledAnywhereGoesOn(@ForAll long seed) throws IOException {
        int limit = new Random(seed).nextInt(target.length);
        ByteArrayOutputStream disk = new ByteArrayOutputStream();
        ByteSink dying = (bytes, from, length) -> {
            disk.write(bytes, from, Math.min(length, limit - disk.size()));
            if (disk.size() == limit) {
                throw new IOException("killed");
            }
        };
        DeltaDecoder decoder = DeltaDecoder.open(ByteSource.of(delta));
        assertThrows(IOException.class, () -> decoder.apply(List.of(ByteSource.of(base)), dying));
        Resume resume = Resume.verify(decoder.front(), ByteSource.of(disk.toByteArray()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(target, 0, resume.segments() * decoder.front().segmentBytes());
        decoder.apply(List.of(ByteSource.of(base)), ByteSink.of(out), Repair.NONE, Progress.NONE, resume);
        assertArrayEquals(target, out.toByteArray(), "seed " + seed);
    }

    @Property(tries = 50)
    void aDamagedBodyIsRepairedFromElsewhere(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        int body = (int) DeltaDecoder.open(ByteSource.of(delta)).front().bodyOffset();
        byte[] broken = delta.clone();
        broken[body + random.nextInt(broken.length - body)] ^= (byte) (1 << random.nextInt(8));
        Repair repair = (range, into) -> {
            System.arraycopy(target, (int) range.offset(), into, 0, (int) range.length());
            return true;
        };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DeltaDecoder.open(ByteSource.of(broken))
                .apply(List.of(ByteSource.of(base)), ByteSink.of(out), repair, Progress.NONE, Resume.fromStart());
        assertArrayEquals(target, out.toByteArray(), "seed " + seed);
    }

    @Test
    void aRepairWithWrongBytesIsRefused() {
        byte[] other = base.clone();
        other[base.length / 2] ^= 1;
        Repair lying = (range, into) -> true;
        DeltaException.WrongBase refusal =
                assertThrows(DeltaException.WrongBase.class, () -> DeltaDecoder.open(ByteSource.of(delta))
                        .apply(
                                List.of(ByteSource.of(other)),
                                (bytes, from, length) -> {},
                                lying,
                                Progress.NONE,
                                Resume.fromStart()));
        assertTrue(refusal.range().length() > 0 && refusal.range().end() <= target.length);
    }
}
