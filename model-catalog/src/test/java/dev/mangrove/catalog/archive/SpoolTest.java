package dev.mangrove.catalog.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.cli.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    private static final ArchiveLimits LIMITS = new ArchiveLimits(100, 65_536, 1 << 20, 1 << 30, 50, 100_000);

    @TempDir
    private Path temp;

    private byte[] read(FileChannel opened) throws IOException {
        try (FileChannel file = opened) {
            return Channels.newInputStream(file.position(0)).readAllBytes();
        }
    }

    private long filesLeft() throws IOException {
        try (Stream<Path> files = Files.list(temp)) {
            return files.count();
        }
    }

    @Test
    void whatComesThroughAPipeOrGzippedIsReadableAtRandomAndLeavesNothingBehind() throws IOException {
        byte[] tar = new TestTar().file("a", "bytes").bytes();
        Spool spool = new Spool(temp, LIMITS);
        assertArrayEquals(tar, read(spool.open(new ByteArrayInputStream(tar))));
        assertArrayEquals(tar, read(spool.open(new ByteArrayInputStream(TestTar.gzip(tar)))));
        assertEquals(0, filesLeft());
    }

    @Test
    void aBombOfZerosIsRefusedAndLeavesNothingBehind() throws IOException {
        byte[] bomb = TestTar.gzip(new byte[20_000_000]);
        assertTrue(bomb.length < 30_000);
        Failure failure =
                assertThrows(Failure.class, () -> new Spool(temp, LIMITS).open(new ByteArrayInputStream(bomb)));
        assertTrue(failure.getMessage().contains("50 times"), failure.getMessage());
        assertEquals(0, filesLeft());
    }

    @Test
    void zstdIsRefusedWithTheCommandThatHelps() {
        byte[] zstd = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, 0, 0, 0};
        Failure failure =
                assertThrows(Failure.class, () -> new Spool(temp, LIMITS).open(new ByteArrayInputStream(zstd)));
        assertTrue(failure.hint().contains("zstd -dc"));
    }

    @Test
    void damagedGzipIsAnErrorAndNotAnEnd() throws IOException {
        byte[] packed = TestTar.gzip(new TestTar().file("a", "bytes").bytes());
        byte[] cut = Arrays.copyOf(packed, packed.length - 12);
        assertThrows(Exception.class, () -> new Spool(temp, LIMITS).open(new ByteArrayInputStream(cut)));
        packed[packed.length / 2] ^= 0x55;
        assertThrows(Exception.class, () -> new Spool(temp, LIMITS).open(new ByteArrayInputStream(packed)));
        assertEquals(0, filesLeft());
    }
}
