package dev.mangrove.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.oci.ByteRange;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangeHeaderTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-0,0,1",
        "bytes=0-,0,1000",
        "BYTES=10-19,10,10",
        "bytes=990-2000,990,10",
        "bytes=-1,999,1",
        "bytes=-5000,0,1000",
        "bytes=999-99999999999999999999999,999,1"
    })
    void oneRangeIsClampedToTheBlob(String header, long offset, long length) {
        assertEquals(new RangeHeader.Parts(List.of(new ByteRange(offset, length))), RangeHeader.parse(header, 1000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=1000-", "bytes=500-0", "bytes=-0", "bytes=99999999999999999999-", "bytes=2000-2001"})
    void whatIsNotInsideIsUnsatisfiable(String header) {
        assertEquals(new RangeHeader.Unsatisfiable(), RangeHeader.parse(header, 1000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "items=0-1",
                "bytes=",
                "bytes=-",
                "bytes=a-b",
                "bytes=1",
                "bytes=0-1,x",
                "bytes=--5",
                "bytes=0-999,0-999"
            })
    void garbageOtherUnitsAndOverlapsAreIgnored(String header) {
        assertEquals(new RangeHeader.Ignored(), RangeHeader.parse(header, 1000));
    }

    @Test
    void severalRangesKeepTheirOrderAndNumber() {
        assertEquals(
                new RangeHeader.Parts(List.of(new ByteRange(500, 10), new ByteRange(0, 1), new ByteRange(990, 10))),
                RangeHeader.parse("bytes=500-509, 0-0 ,-10", 1000));
    }

    @Test
    void tooManyRangesAreAnError() {
        String header = "bytes=" + String.join(",", Collections.nCopies(RangeHeader.MAX_RANGES + 1, "0-0"));
        assertEquals(new RangeHeader.TooMany(), RangeHeader.parse(header, 1 << 20));
    }

    @Property
    void everyPartIsInsideTheBlobAndNotEmpty(
            @ForAll @LongRange(min = 0, max = 5000) long first,
            @ForAll @LongRange(min = 0, max = 5000) long last,
            @ForAll @LongRange(min = 0, max = 3000) long size) {
        if (RangeHeader.parse("bytes=" + first + "-" + last, size)
                instanceof RangeHeader.Parts(List<ByteRange> parts)) {
            assertTrue(first <= last && first < size);
            assertEquals(new ByteRange(first, Math.min(last + 1, size) - first), parts.getFirst());
        } else {
            assertTrue(first > last || first >= size);
        }
    }
}
