package dev.mangrove.catalog.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.cli.Failure;
import dev.mangrove.oci.ByteRange;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarTableTest {
    private static final ArchiveLimits SMALL = new ArchiveLimits(4, 4_096, 16_384, 1_000, 10, 1_000);

    @TempDir
    private Path temp;

    private TarTable read(TestTar tar, ArchiveLimits limits) throws IOException {
        try (FileChannel file = FileChannel.open(tar.in(temp.resolve("a.tar")), StandardOpenOption.READ)) {
            return TarTable.read(file, limits);
        }
    }

    private void refused(TestTar tar, String because) {
        Failure failure = assertThrows(Failure.class, () -> read(tar, SMALL));
        assertTrue(String.valueOf(failure.getMessage()).contains(because), failure.getMessage());
    }

    @Test
    void filesAreFoundWhateverTheSpellingOfTheirPaths() throws IOException {
        Path file = new TestTar().file("./blobs//a", "one").file("b", "three").in(temp.resolve("a.tar"));
        try (TarFile tar = TarFile.open(FileChannel.open(file, StandardOpenOption.READ), SMALL)) {
            assertEquals("one", new String(tar.read("blobs/a", 10).orElseThrow(), StandardCharsets.UTF_8));
            assertEquals(5, tar.find("./b").orElseThrow().length());
            assertTrue(tar.find("c").isEmpty());
            assertThrows(Failure.class, () -> tar.read("b", 4));
            ByteRange range = tar.find("b").orElseThrow();
            try (InputStream rest = tar.blob(
                            dev.mangrove.oci.Digest.ofBytes(dev.mangrove.oci.Algorithm.SHA256, new byte[0]), range)
                    .openAt(2)) {
                assertEquals("ree", new String(rest.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../a", "a/../../b", "a/..", "/etc/passwd", "a\\b", ".."})
    void aPathThatLeavesTheArchiveIsRefused(String path) {
        assertThrows(Failure.class, () -> read(new TestTar().file(path, "x"), SMALL));
    }

    @Test
    void linksInsideAreFollowed() throws IOException {
        TarTable table = read(
                new TestTar()
                        .file("layers/one.tar", "bytes")
                        .symbolicLink("old/layer.tar", "../layers/one.tar")
                        .link("hard", "layers/one.tar", TarConstants.LF_LINK),
                SMALL);
        assertEquals(table.find("layers/one.tar"), table.find("old/layer.tar"));
        assertEquals(table.find("layers/one.tar"), table.find("hard"));
    }

    @Test
    void linksThatLeaveTheArchiveAreRefused() {
        refused(new TestTar().symbolicLink("a/b", "../../etc/passwd"), "leaves the archive");
        refused(new TestTar().symbolicLink("a", "/etc/passwd"), "not one below");
        refused(new TestTar().link("a", "../b", TarConstants.LF_LINK), "..");
        refused(new TestTar().link("a", "/etc/passwd", TarConstants.LF_LINK), "not one below");
    }

    @Test
    void linksInACircleEndWithAnError() throws IOException {
        TarTable table = read(new TestTar().symbolicLink("a", "b").symbolicLink("b", "a"), SMALL);
        assertThrows(Failure.class, () -> table.find("a"));
    }

    @Test
    void anEntryThatIsThereTwiceIsRefused() {
        refused(new TestTar().file("a", "1").file("./a", "2"), "twice");
        refused(new TestTar().symbolicLink("a", "b").file("a", "2"), "twice");
    }

    @Test
    void devicesAndPipesAreRefused() {
        for (byte kind : new byte[] {TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO}) {
            refused(new TestTar().entry(new TarArchiveEntry("a", kind), new byte[0]), "not a plain file");
        }
    }

    @Test
    void moreEntriesThanAllowedAreRefused() {
        TestTar tar = new TestTar();
        for (int i = 0; i < 5; i++) {
            tar.file("f" + i, "");
        }
        refused(tar, "more than 4 entries");
    }

    @Test
    void moreBytesThanAllowedAreRefused() {
        refused(new TestTar().file("a", new byte[600]).file("b", new byte[600]), "more than 1000 bytes");
    }

    /** A parser that trusts it reads the whole name into memory. */
    @Test
    void aNameOfMegabytesIsRefusedBeforeItIsRead() {
        byte[] name = new byte[8 << 20];
        Arrays.fill(name, (byte) 'n');
        TarArchiveEntry longName = new TarArchiveEntry(TarConstants.GNU_LONGLINK, TarConstants.LF_GNUTYPE_LONGNAME);
        refused(new TestTar().entry(longName, name).file("a", "x"), "table of contents");
        TarArchiveEntry extended = new TarArchiveEntry("pax", TarConstants.LF_PAX_EXTENDED_HEADER_LC);
        byte[] header = ("8388608 path=" + "n".repeat(8_388_608 - 14) + "\n").getBytes(StandardCharsets.UTF_8);
        refused(new TestTar().entry(extended, header).file("a", "x"), "");
    }

    @Test
    void anArchiveThatEndsEarlyIsRefused() throws IOException {
        byte[] whole = new TestTar().file("a", new byte[900]).bytes();
        Path cut = Files.write(temp.resolve("cut.tar"), Arrays.copyOf(whole, 1_000));
        try (FileChannel file = FileChannel.open(cut, StandardOpenOption.READ)) {
            assertThrows(Failure.class, () -> TarTable.read(file, SMALL));
        }
    }

    @Test
    void whatIsNoTarIsRefused() throws IOException {
        byte[] noise = new byte[4_000];
        new java.util.Random(1).nextBytes(noise);
        Path file = Files.write(temp.resolve("noise"), noise);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            assertThrows(Failure.class, () -> TarTable.read(channel, SMALL));
        }
    }
}
