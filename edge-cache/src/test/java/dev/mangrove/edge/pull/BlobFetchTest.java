package dev.mangrove.edge.pull;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mangrove.cli.Progress;
import dev.mangrove.content.ContentException;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.MediaType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobFetchTest {
    @TempDir
    private Path folder;

    private final byte[] bytes = random(1_000_000);
    private final Descriptor blob =
            Descriptor.of(MediaType.OCTETS, Digest.ofBytes(Algorithm.SHA256, bytes), bytes.length);

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }

    private long fetch(FlakyOrigin origin, Path file) throws IOException {
        origin.put(blob, bytes);
        return new BlobFetch(origin, wait -> {}).fetch(blob, file, Progress.Item.SILENT);
    }

    @Test
    void aBlobArrivesThroughConnectionsThatBreakAgainAndAgain() throws IOException {
        FlakyOrigin origin = new FlakyOrigin(300_000, true);
        Path file = folder.resolve("f");
        assertEquals(bytes.length, fetch(origin, file));
        assertArrayEquals(bytes, Files.readAllBytes(file));
        assertEquals(List.of(0L, 300_000L, 600_000L, 900_000L), origin.offsets);
    }

    @Test
    void whatAnEarlierTryLeftIsNotFetchedAgain() throws IOException {
        Path file = Files.write(folder.resolve("f"), Arrays.copyOf(bytes, 400_000));
        FlakyOrigin origin = new FlakyOrigin(Integer.MAX_VALUE, true);
        assertEquals(600_000, fetch(origin, file));
        assertArrayEquals(bytes, Files.readAllBytes(file));
        assertEquals(List.of(400_000L), origin.offsets);
    }

    @Test
    void aRegistryWithoutRangesIsReadFromTheStartAndItsFirstBytesAreSkipped() throws IOException {
        Path file = Files.write(folder.resolve("f"), Arrays.copyOf(bytes, 400_001));
        fetch(new FlakyOrigin(Integer.MAX_VALUE, false), file);
        assertArrayEquals(bytes, Files.readAllBytes(file));
    }

    @Test
    void wrongBytesOfAnEarlierTryAreThrownAwayAndFetchedOnceMore() throws IOException {
        Path file = Files.write(folder.resolve("f"), new byte[400_000]);
        assertEquals(bytes.length + 600_000L, fetch(new FlakyOrigin(Integer.MAX_VALUE, true), file));
        assertArrayEquals(bytes, Files.readAllBytes(file));
    }

    @Test
    void aFileThatIsLongerThanTheBlobIsFetchedAnew() throws IOException {
        Path file = Files.write(folder.resolve("f"), new byte[bytes.length + 1]);
        fetch(new FlakyOrigin(Integer.MAX_VALUE, true), file);
        assertArrayEquals(bytes, Files.readAllBytes(file));
    }

    @Test
    void wrongBytesFromTheRegistryAreRefusedAndNotKept() throws IOException {
        FlakyOrigin liar = new FlakyOrigin(Integer.MAX_VALUE, true);
        liar.put(blob, new byte[bytes.length]);
        Path file = folder.resolve("f");
        assertThrows(ContentException.Corrupt.class, () -> new BlobFetch(liar, wait -> {})
                .fetch(blob, file, Progress.Item.SILENT));
        assertEquals(0, Files.size(file));
    }

    @Test
    void aConnectionThatNeverYieldsAByteIsGivenUpAfterAFewTries() {
        FlakyOrigin dead = new FlakyOrigin(0, true);
        assertThrows(IOException.class, () -> fetch(dead, folder.resolve("f")));
        assertEquals(6, dead.offsets.size());
    }

    @Test
    void anEmptyBlobNeedsNoConnection() throws IOException {
        Descriptor empty = Descriptor.of(MediaType.OCTETS, Digest.ofBytes(Algorithm.SHA256, new byte[0]), 0);
        FlakyOrigin origin = new FlakyOrigin(0, true);
        Path file = folder.resolve("f");
        new BlobFetch(origin, wait -> {}).fetch(empty, file, Progress.Item.SILENT);
        assertEquals(0, Files.size(file));
        assertEquals(List.of(), origin.offsets);
    }
}
