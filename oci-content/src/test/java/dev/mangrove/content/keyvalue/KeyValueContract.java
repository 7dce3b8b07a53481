package dev.mangrove.content.keyvalue;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.keyvalue.KeyValue.Change;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What every {@link KeyValue} must do. */
public abstract class KeyValueContract {
    private static final byte[] NONE = {};

    /** An empty map; the subclass closes it after the test. */
    protected abstract KeyValue entries() throws IOException;

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static Change put(String key, String value) {
        return new Change.Put(hex(key), hex(value));
    }

    private List<String> scan(String prefix, String after, int limit) throws IOException {
        List<String> found = new ArrayList<>();
        entries().scan(hex(prefix), hex(after), (key, value) -> {
            found.add(HexFormat.of().formatHex(key) + "=" + HexFormat.of().formatHex(value));
            return found.size() < limit;
        });
        return found;
    }

    @Test
    void aKeyHasTheValueWrittenLast() throws IOException {
        KeyValue entries = entries();
        assertTrue(entries.get(hex("01")).isEmpty());
        entries.write(List.of(put("01", "aa"), put("01", "bb")));
        assertArrayEquals(hex("bb"), entries.get(hex("01")).orElseThrow());
        entries.write(List.of(put("01", ""), put("02", "cc")));
        assertArrayEquals(NONE, entries.get(hex("01")).orElseThrow());
        entries.write(List.of(new Change.Remove(hex("01")), new Change.Remove(hex("77"))));
        assertTrue(entries.get(hex("01")).isEmpty());
        assertArrayEquals(hex("cc"), entries.get(hex("02")).orElseThrow());
    }

    @Test
    void changesOfABatchApplyInOrder() throws IOException {
        entries().write(List.of(put("01", "aa"), new Change.Remove(hex("01")), put("01", "bb")));
        assertArrayEquals(hex("bb"), entries().get(hex("01")).orElseThrow());
        entries().write(List.of(put("01", "cc"), new Change.Remove(hex("01"))));
        assertTrue(entries().get(hex("01")).isEmpty());
    }

    @Test
    void aScanShowsThePrefixInUnsignedOrder() throws IOException {
        entries()
                .write(List.of(
                        put("02ff", "1" + "1"),
                        put("0200", "22"),
                        put("0280", "33"),
                        put("02", "44"),
                        put("03", "55"),
                        put("01ff", "66")));
        assertEquals(List.of("02=44", "0200=22", "0280=33", "02ff=11"), scan("02", "", 100));
        assertEquals(List.of("0280=33", "02ff=11"), scan("02", "0200", 100));
        assertEquals(List.of("0280=33"), scan("02", "020000", 1));
        assertEquals(List.of("0200=22", "0280=33", "02ff=11"), scan("02", "02", 100));
        assertEquals(List.of(), scan("02", "02ff", 100));
        assertEquals(List.of(), scan("04", "", 100));
        assertEquals(6, scan("", "", 100).size());
        assertEquals(List.of(), scan("02", "03", 100));
    }

    @Test
    void aPrefixOfOnlyHighBytesIsScannedToItsEnd() throws IOException {
        entries().write(List.of(put("ff", "01"), put("ffff", "02"), put("ffffff", "03"), put("fe", "04")));
        assertEquals(List.of("ff=01", "ffff=02", "ffffff=03"), scan("ff", "", 100));
    }

    @Test
    void arraysGivenAndTakenAreNotShared() throws IOException {
        byte[] key = hex("01");
        byte[] value = hex("aa");
        entries().write(List.of(new Change.Put(key, value)));
        key[0] = 9;
        value[0] = 9;
        byte[] got = entries().get(hex("01")).orElseThrow();
        assertArrayEquals(hex("aa"), got);
        got[0] = 9;
        assertArrayEquals(hex("aa"), entries().get(hex("01")).orElseThrow());
    }

    @Test
    void aMapMayBeWrittenFromInsideAScan() throws IOException {
        entries().write(List.of(put("0101", "aa"), put("0102", "bb"), put("0103", "cc")));
        entries().scan(hex("01"), NONE, (key, value) -> {
            entries().write(List.of(new Change.Remove(key)));
            return true;
        });
        assertEquals(List.of(), scan("", "", 10));
    }

    @Test
    void itAgreesWithASortedMapUnderRandomChanges() throws IOException {
        SplittableRandom random = new SplittableRandom(42);
        Map<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
        for (int round = 0; round < 2_000; round++) {
            byte[] key = new byte[1 + random.nextInt(3)];
            random.nextBytes(key);
            byte[] value = new byte[random.nextInt(5)];
            random.nextBytes(value);
            if (random.nextInt(3) == 0) {
                entries().write(List.of(new Change.Remove(key)));
                model.remove(key);
            } else {
                entries().write(List.of(new Change.Put(key, value)));
                model.put(key, value);
            }
        }
        List<String> expected = new ArrayList<>();
        model.forEach((key, value) -> expected.add(
                HexFormat.of().formatHex(key) + "=" + HexFormat.of().formatHex(value)));
        assertEquals(expected, scan("", "", Integer.MAX_VALUE));
    }
}
