package dev.mangrove.content.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.files.StoreUnusableException;
import dev.mangrove.content.files.SystemDisk;
import dev.mangrove.content.keyvalue.HeapKeyValue;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesReadingTest {
    private static final Location REPOSITORY = Location.parse("acme/detector");
    private static final int SEGMENTS = 3;
    private static final int UNITS_PER_SEGMENT = 2;

    @TempDir
    Path folder;

    /** Tags t1 to t6, two to a segment, each in a frame of its own. */
    @BeforeEach
    void write() throws IOException {
        try (NamesLog log = NamesLog.open(new SystemDisk(), folder)) {
            for (int n = 1; n <= SEGMENTS * UNITS_PER_SEGMENT; n++) {
                log.append(List.of(unit(n)));
                if (n % UNITS_PER_SEGMENT == 0 && n < SEGMENTS * UNITS_PER_SEGMENT) {
                    log.roll();
                }
            }
        }
    }

    private static byte[] unit(int n) {
        Digest manifest = Digest.ofBytes(Algorithm.SHA256, ("" + n).getBytes(StandardCharsets.UTF_8));
        return RecordCodec.encode(
                List.of(new NameRecord.TagMoved(REPOSITORY, new Tag("t" + n), manifest, Instant.EPOCH, "ann")));
    }

    private Path segment(int number) {
        return folder.resolve("names-000000000000000" + (1 + (number - 1) * UNITS_PER_SEGMENT) + ".log");
    }

    private int tags() throws IOException {
        return NamesReading.of(folder).tags(REPOSITORY).size();
    }

    /** A snapshot of the first segments, whose end is the position, beside all segments: as before the owner lets go. */
    private void snapshotAt(long position) throws IOException {
        LogDirectory directory = new LogDirectory(new SystemDisk(), folder);
        HeapKeyValue entries = new HeapKeyValue();
        ViewWriter writer = new ViewWriter(entries);
        for (int n = 1; n <= position; n++) {
            for (NameRecord record : RecordCodec.decode(unit(n))) {
                writer.apply(record);
            }
        }
        new Snapshot(new SystemDisk(), directory, directory.logId()).write(new View(entries), position, Instant.EPOCH);
    }

    @Test
    void allSegmentsAreRead() throws IOException {
        assertEquals(6, tags());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void damageInASegmentThatOthersFollowIsToldAtEveryByte(int number) throws IOException {
        byte[] whole = Files.readAllBytes(segment(number));
        for (int at = LogFile.HEADER_BYTES; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(segment(number), damaged);
            StoreUnusableException refused = assertThrows(StoreUnusableException.class, this::tags, "byte " + at);
            assertTrue(refused.getMessage().contains(segment(number).toString()), refused.getMessage());
        }
        Files.write(segment(number), whole);
        assertEquals(6, tags());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aMissingSegmentIsTold(int number) throws IOException {
        Files.delete(segment(number));
        StoreUnusableException refused = assertThrows(StoreUnusableException.class, this::tags);
        assertTrue(refused.getMessage().contains("lacks the entries"), refused.getMessage());
    }

    @Test
    void theLastSegmentMayEndInHalfAFrameButNotBeDamagedBeforeAWholeOne() throws IOException {
        byte[] whole = Files.readAllBytes(segment(SEGMENTS));
        Files.write(segment(SEGMENTS), Arrays.copyOf(whole, whole.length - 1));
        assertEquals(5, tags());
        byte[] damaged = whole.clone();
        damaged[LogFile.HEADER_BYTES + Frame.HEADER_BYTES] ^= 1;
        Files.write(segment(SEGMENTS), damaged);
        assertThrows(StoreUnusableException.class, this::tags);
    }

    @Test
    void whatASnapshotContainsMayBeGoneOrDamaged() throws IOException {
        byte[] first = Files.readAllBytes(segment(1));
        snapshotAt(UNITS_PER_SEGMENT);
        assertTrue(Files.notExists(segment(1)));
        assertEquals(6, tags());
        first[LogFile.HEADER_BYTES + Frame.HEADER_BYTES] ^= 1;
        Files.write(segment(1), first);
        assertEquals(6, tags());
        Files.delete(segment(2));
        assertThrows(StoreUnusableException.class, this::tags);
    }
}
